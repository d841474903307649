-- analyze: tell the planner how big the tables are. Plans that were kept are made anew. Where another process is at it,
-- nothing.
analyze (skip_locked) ledger.message, ledger.notification, ledger.attempt, ledger.snapshot, ledger.provisioning, ledger.replayed
