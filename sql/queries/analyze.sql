-- analyze: tell the planner how big the tables are; see the function, which has the right to.
select ledger.analyze_tables() as analyzed
