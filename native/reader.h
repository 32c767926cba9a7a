/* This file declares what the driver calls of the native part through ffi-napi: flat functions that return 0 or a negative errno. */
#ifndef PYINTERPOSE_READER_H
#define PYINTERPOSE_READER_H

/* Address randomisation off for the programs that this process starts from now on: counts then repeat. */
int reader_fix_addresses(void);

/* The C library that this process runs on: its name and version, or its name's absence. */
const char *reader_libc(void);

#endif
