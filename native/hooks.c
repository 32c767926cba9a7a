/*
 * This file expands hooks.def for one family: count, resolve, forward.
 *
 * Compiled once per family (-DFAMILY=error, …). The forwarding is a tail call, and test/native holds the compiler to
 * that: the real function then sees its caller's return address, so that what it tail-calls in turn (PyMem_RawMalloc
 * ends in a jump to malloc) is counted under the caller that made the call and not under a shim.
 */
#include "count.h"
#include "family.h"
#include "next.h"
#include "slots.h"
#include "visibility.h"

#include <stddef.h>

/* ISO C has no `return` of a void call and no function behind a void pointer; gcc, clang and POSIX have both. */
#pragma GCC diagnostic ignored "-Wpedantic"

#define HOOK(family, symbol, result, parameters, arguments) \
	SELECT(family, DEFINE(symbol, result, parameters, arguments))
#define DEFINE(symbol, result, parameters, arguments)              \
	EXPORT result symbol parameters;                                 \
	EXPORT result symbol parameters                                  \
	{                                                                \
		static void *_Atomic cache;                                    \
		count(SLOT_##symbol, __builtin_return_address(0));             \
		return ((result(*) parameters)next(&cache, #symbol))arguments; \
	}

/* jump.S defines the symbol itself; it finds its way by what `enter_symbol` returns. */
#define JUMP(family, symbol) SELECT(family, DEFINE_JUMP(symbol))
#define DEFINE_JUMP(symbol)                         \
	void *enter_##symbol(const void *return_address); \
	void *enter_##symbol(const void *return_address)  \
	{                                                 \
		static void *_Atomic cache;                     \
		count(SLOT_##symbol, return_address);           \
		return next(&cache, #symbol);                   \
	}

#define CANARY(family, symbol) SELECT(family, DEFINE_CANARY(symbol))
#define DEFINE_CANARY(symbol)                          \
	EXPORT void symbol(void);                            \
	EXPORT void symbol(void)                             \
	{                                                    \
		count(SLOT_##symbol, __builtin_return_address(0)); \
	}

#include "hooks.def"
