-- confirm: commit something that leaves no row. When that is where commits have to be - on the disk, and on the standby
-- where there is one to wait for - then so is whatever could be read before.
select pg_logical_emit_message(true, 'soapstone', 'confirm') is not null as confirmed
