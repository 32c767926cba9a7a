/*
 * This file is what the launcher is linked against: a library with a libpython's names and none of its code. At run time
 * a link to the real libpython stands under its name.
 */
#include "family.h"
#include "visibility.h"

#define DEFINE(symbol)      \
	EXPORT void symbol(void); \
	EXPORT void symbol(void)  \
	{                         \
	}

/* binding.gyp selects the families of libc's functions: what libc defines, it defines there too. */
#define DEFINE_0(symbol) DEFINE(symbol)
#define DEFINE_1(symbol)

#define HOOK(family, symbol, ...) JOIN(DEFINE_, IN_FAMILY(family))(symbol)
#define JUMP(family, symbol) JOIN(DEFINE_, IN_FAMILY(family))(symbol)
#define CANARY(family, symbol) DEFINE(symbol)
#include "hooks.def"

DEFINE(Py_GetVersion)
