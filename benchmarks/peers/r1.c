/* The right-hand side of R1 for deSolve; the infusion rate is the seventh state, switched by events. */
#include <R.h>

static double p[13];

void set_parameters(void (*give)(int *, double *)) {
  int count = 13;
  give(&count, p);
}

void slope(int *states, double *t, double *y, double *dy, double *extra, int *flags) {
  dy[0] = y[6] - (p[0] + p[2] + p[4]) / p[1] * y[0] + p[2] / p[3] * y[1] + p[4] / p[5] * y[2];
  dy[1] = p[2] / p[1] * y[0] - p[2] / p[3] * y[1];
  dy[2] = p[4] / p[1] * y[0] - p[4] / p[5] * y[2];
  dy[3] = 0.8 * p[0] / p[1] * y[0] - (p[6] + p[8] + p[10]) / p[7] * y[3] + p[8] / p[9] * y[4] + p[10] / p[11] * y[5];
  dy[4] = p[8] / p[7] * y[3] - p[8] / p[9] * y[4];
  dy[5] = p[10] / p[7] * y[3] - p[10] / p[11] * y[5];
  dy[6] = 0.0;
}
