/*
 * This file is linked into addons that are compiled beforehand: what g++ calls from 11 on for an array of an impossible length is in
 * no older libstdc++, and an addon that asks for it is not loaded there.
 */
#include <stdlib.h>

void _ZSt28__throw_bad_array_new_lengthv(void);

/* std::__throw_bad_array_new_length(). A length that wraps around is a fault of the addon's own. */
__attribute__((visibility("hidden"), noreturn)) void _ZSt28__throw_bad_array_new_lengthv(void)
{
	abort();
}
