# R1 by deSolve's lsoda with a compiled right-hand side, infusions as events.
# Usage: Rscript desolve_lsoda.R FOLDER SECONDS SIZE...   FOLDER holds sample.csv and truth.csv (made by run.py) and r1.c
started <- proc.time()[["elapsed"]]
if (!requireNamespace("deSolve", quietly = TRUE)) quit(status = 3)
suppressMessages(library(deSolve))
given <- commandArgs(TRUE)
setwd(given[1])
seconds <- as.numeric(given[2])
sizes <- as.integer(given[-(1:2)])
stopifnot(system("R CMD SHLIB r1.c > compile.log 2>&1") == 0)
dyn.load("r1.so")

sample <- as.matrix(read.csv("sample.csv"))
truth <- array(scan("truth.csv", quiet = TRUE), c(1345, 2, 16))
times <- 0.25 * (0:1344)
doses <- 24 * c(0, 2, 4, 7, 9, 11)
duration <- 40 / 60
grid <- sort(unique(c(times, doses + duration)))
wanted <- match(times, grid)

solve_one <- function(p) {
  rate <- 0.5 * p[["weight"]] / duration
  state <- c(a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, rate = rate)
  switch <- data.frame(var = "rate", time = c(doses + duration, doses[-1]),
                       value = c(rep(0, 6), rep(rate, 5)), method = "rep")
  found <- ode(state, grid, func = "slope", parms = as.numeric(p), dllname = "r1", initfunc = "set_parameters",
               rtol = 1e-6, atol = 1e-9, method = "lsoda", maxsteps = 50000,
               events = list(data = switch[order(switch$time), ]))[wanted, ]
  cbind(found[, 2] / p[["v1"]], found[, 5] / p[["w1"]])
}

ready <- proc.time()[["elapsed"]]
invisible(solve_one(sample[1, ]))
first <- proc.time()[["elapsed"]]
of_peak <- 0
relative <- 0
for (subject in 1:16) {
  off <- abs(solve_one(sample[subject, ]) - truth[, , subject])
  for (output in 1:2) {
    right <- abs(truth[, output, subject])
    seen <- right > 1e-3 * max(right)
    of_peak <- max(of_peak, max(off[, output]) / max(right))
    relative <- max(relative, max(off[seen, output] / right[seen]))
  }
}
row <- function(size) {
  kept <- array(0, c(1345, 2, size))
  done <- 0
  clock <- proc.time()
  repeat {
    done <- done + 1
    kept[, , (done - 1) %% size + 1] <- solve_one(sample[(done - 1) %% size + 1, ])
    passed <- (proc.time() - clock)[["elapsed"]]
    if (if (size == 1) done == 20 else done == size || passed > seconds) break
  }
  used <- proc.time() - clock
  cpu <- (used[["user.self"]] + used[["sys.self"]]) / done
  sprintf('{"subjects":%d,"done":%d,"passes":1,"cpu_s_per_subject":%.6g,"wall_s_per_subject":%.6g,"per_s_core":%.6g}',
          size, min(done, size), cpu, used[["elapsed"]] / done, 1 / cpu)
}
rows <- paste(vapply(sizes, row, ""), collapse = ",")
cat(sprintf('{"name":"R deSolve lsoda","version":"%s","note":"%s","error_of_peak":%.6g,"error_relative":%.6g,',
            as.character(packageVersion("deSolve")),
            "rtol 1e-6, atol 1e-9, right-hand side in C, infusions as events", of_peak, relative),
    sprintf('"import_s":%.3g,"first_call_s":%.3g,"peak_rss_mb":null,"rows":[%s]}\n', ready - started, first - ready, rows),
    sep = "")
