/*
 * This file overrides results instead of only counting: counting proves that an override ran, a changed result that it
 * took effect. Compiled for the families effect_time (the clock says 2001-09-09 01:46:40 UTC) and effect_getrandom (the
 * bytes are 0x5a).
 */
#include "count.h"
#include "family.h"
#include "slots.h"
#include "visibility.h"

#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>

#define SECONDS 1000000000
#define BYTE 0x5a

#define HOOK(...)
#define JUMP(...)
#define CANARY(family, symbol) SELECT(family, DEFINE_CANARY(symbol))
#define DEFINE_CANARY(symbol)                          \
	EXPORT void symbol(void);                            \
	EXPORT void symbol(void)                             \
	{                                                    \
		count(SLOT_##symbol, __builtin_return_address(0)); \
	}
#include "hooks.def"

#if IN_FAMILY(effect_time)

EXPORT time_t time(time_t *out)
{
	count(SLOT_time, __builtin_return_address(0));
	if (out != NULL)
		*out = SECONDS;
	return SECONDS;
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *out)
{
	(void)clock;
	count(SLOT_clock_gettime, __builtin_return_address(0));
	*out = (struct timespec){ SECONDS, 0 };
	return 0;
}

EXPORT int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	(void)zone;
	count(SLOT_gettimeofday, __builtin_return_address(0));
	*out = (struct timeval){ SECONDS, 0 };
	return 0;
}

#endif

#if IN_FAMILY(effect_getrandom)

EXPORT ssize_t getrandom(void *buffer, size_t size, unsigned flags)
{
	(void)flags;
	count(SLOT_getrandom, __builtin_return_address(0));
	memset(buffer, BYTE, size);
	return (ssize_t)size;
}

#endif
