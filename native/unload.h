/* This file declares what is forgotten when an object is unloaded, for another may come to stand where it stood. */
#ifndef PYINTERPOSE_UNLOAD_H
#define PYINTERPOSE_UNLOAD_H

/* Defined by whoever keeps something by address besides objects.c: role.c in entries.so, sites.c in sweep.so. */
void unload_forget(void);

/* Finds the next dlclose ahead: to look for it later would lose what dlerror has to say. For a constructor. */
void unload_prepare(void);

#endif
