trigger SoapstoneOrderDeleted on Order(after delete, after undelete) {
    if (Trigger.isDelete) {
        SoapstoneTombstones.leave(Trigger.old);
    } else {
        SoapstoneTombstones.remove(Trigger.newMap.keySet());
    }
}
