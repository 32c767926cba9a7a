/*
 * This file calls each row of hooks.def, n times, from the object that it is linked into: caller.so (route `extension`,
 * and `dlsym`), caller-deepbind.so (route `deepbind`), the launcher (route `executable`).
 *
 * A symbol has six words for a prototype here, whatever its own, so that one loop serves all: every argument register is filled, which
 * a function that takes fewer does not see. Compiled without sibling calls and builtins, so that each call is made, and from here.
 */
#include "calls.h"
#include "slots.h"
#include "visibility.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ISO C has no function behind a void pointer; POSIX has. What is exported is found by dlsym and needs no prototype. */
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

typedef uintptr_t word;
typedef word function(word, word, word, word, word, word);

/* A call that calls.c is asked to make; the probe lays it out (probes/own.py). */
struct call {
	word arguments[6];
	/* Makes the first argument anew for every call, from `arguments`; or null. */
	function *prepare;
	/* Takes the result, and the second argument as given; or null. */
	function *release;
};

#define HOOK(family, symbol, ...) extern function symbol __attribute__((weak));
#define JUMP(family, symbol) extern function symbol __attribute__((weak));
#define CANARY(family, symbol) extern function symbol __attribute__((weak));
#include "hooks.def"
#undef HOOK
#undef JUMP
#undef CANARY

/* The direct calls: one call site each, through this object's PLT or GOT. */
#define HOOK(family, symbol, ...) DIRECT(symbol)
#define JUMP(family, symbol) DIRECT(symbol)
#define CANARY(family, symbol) DIRECT(symbol)
#define DIRECT(symbol)                                                        \
	static word direct_##symbol(word a, word b, word c, word d, word e, word f) \
	{                                                                           \
		return symbol(a, b, c, d, e, f);                                          \
	}
#include "hooks.def"
#undef DIRECT

static const struct {
	const char *symbol;
	function *direct;
} rows[] = {
#define DIRECT(symbol) { #symbol, direct_##symbol },
#include "hooks.def"
};

/* PyStatus, by its size. It is returned in memory, for which every ABI has its own register: no `direct_` passes it on. */
struct status {
	word words[4];
};
typedef struct status status_function(word);
static const char returns_status[] = "Py_InitializeFromConfig";

static function *find(const char *symbol);
static word make(const char *symbol, word target, word first, const word *a);

EXPORT uint64_t pyinterpose_call(const char *symbol, int by_dlsym, uint64_t n, const struct call *call)
{
	return calls_make(symbol, by_dlsym, n, call);
}

uint64_t calls_make(const char *symbol, int by_dlsym, uint64_t n, const struct call *call)
{
	static const struct call nothing;
	if (call == NULL)
		call = &nothing;
	const word *a = call->arguments;
	word found = (word)dlsym(RTLD_DEFAULT, symbol);
	function *direct = find(symbol);
	if (found == 0 || direct == NULL)
		return 0;
	for (uint64_t i = 0; i < n; i++) {
		word first = call->prepare != NULL ? call->prepare(a[0], a[1], a[2], a[3], a[4], a[5]) : a[0];
		word result = make(symbol, by_dlsym ? found : (word)direct, first, a);
		if (call->release != NULL)
			call->release(result, a[1], 0, 0, 0, 0);
	}
	return n;
}

/* Frame evaluation functions (PEP 523) that hand every frame on to the default one, directly or as dlsym finds it. */
word calls_frame_direct(word a, word b, word c)
{
	return _PyEval_EvalFrameDefault(a, b, c, 0, 0, 0);
}

word calls_frame_dlsym(word a, word b, word c)
{
	return ((function *)dlsym(RTLD_DEFAULT, "_PyEval_EvalFrameDefault"))(a, b, c, 0, 0, 0);
}

EXPORT word pyinterpose_frame_direct(word a, word b, word c)
{
	return calls_frame_direct(a, b, c);
}

EXPORT word pyinterpose_frame_dlsym(word a, word b, word c)
{
	return calls_frame_dlsym(a, b, c);
}

static function *find(const char *symbol)
{
	if (strcmp(symbol, returns_status) == 0)
		return Py_InitializeFromConfig;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].symbol, symbol) == 0)
			return rows[i].direct;
	return NULL;
}

static word make(const char *symbol, word target, word first, const word *a)
{
	if (strcmp(symbol, returns_status) == 0)
		return ((status_function *)target)(first).words[0];
	return ((function *)target)(first, a[1], a[2], a[3], a[4], a[5]);
}
