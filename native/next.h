/* This file declares where an override forwards to. */
#ifndef PYINTERPOSE_NEXT_H
#define PYINTERPOSE_NEXT_H

/*
 * The next definition of a symbol after this shim, else the first one (the executable's own); kept in *cache.
 * Ends the process with a message where there is none: forwarding is impossible and silence would be a wrong answer.
 */
void *next(void *_Atomic *cache, const char *symbol);

#endif
