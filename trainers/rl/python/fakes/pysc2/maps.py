def get_maps():
    return {"MoveToBeacon": object, "DefeatRoaches": object}
