/*
 * This file is what the launcher is linked against: a library with a libpython's names and none of its code. At run time
 * a link to the real libpython stands under its name.
 */
#include "family.h"

#define DEFINE(symbol)                                      \
	__attribute__((visibility("default"))) void symbol(void); \
	__attribute__((visibility("default"))) void symbol(void)  \
	{                                                         \
	}

/* What libc defines, it defines there too. */
#define DEFINE_libc_memory(symbol)
#define DEFINE_libc_time(symbol)
#define DEFINE_libc_io(symbol)
#define DEFINE_error(symbol) DEFINE(symbol)
#define DEFINE_object(symbol) DEFINE(symbol)
#define DEFINE_number(symbol) DEFINE(symbol)
#define DEFINE_call(symbol) DEFINE(symbol)
#define DEFINE_memory(symbol) DEFINE(symbol)
#define DEFINE_import(symbol) DEFINE(symbol)
#define DEFINE_gil(symbol) DEFINE(symbol)
#define DEFINE_lifecycle(symbol) DEFINE(symbol)

#define HOOK(family, symbol, ...) JOIN(DEFINE_, family)(symbol)
#define JUMP(family, symbol) JOIN(DEFINE_, family)(symbol)
#define CANARY(family, symbol) DEFINE(symbol)
#include "hooks.def"

DEFINE(Py_GetVersion)
