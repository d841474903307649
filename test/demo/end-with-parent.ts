/** Preloaded into the service of the demo: should the demo be killed, the service ends as well, and its Postgres. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
