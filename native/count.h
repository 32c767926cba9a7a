/* This file declares counting, in the target. */
#ifndef PYINTERPOSE_COUNT_H
#define PYINTERPOSE_COUNT_H

/* Adds one to the slot, under the role of the object that holds the return address. */
void count(unsigned slot, const void *return_address);

#endif
