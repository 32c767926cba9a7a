/* This file numbers the rows of hooks.def: SLOT_symbol for each, SLOTS in all; and its families, in the order of their bits. */
#ifndef PYINTERPOSE_SLOTS_H
#define PYINTERPOSE_SLOTS_H

#define HOOK(family, symbol, ...) SLOT_##symbol,
#define JUMP(family, symbol) SLOT_##symbol,
#define CANARY(family, symbol) SLOT_##symbol,
enum slot {
#include "hooks.def"
	SLOTS
};
#undef HOOK
#undef JUMP
#undef CANARY

/* A family has one canary, so the canaries number the families. */
#define HOOK(...)
#define JUMP(...)
#define CANARY(family, symbol) FAMILY_##family,
enum family {
#include "hooks.def"
	FAMILIES
};
#undef HOOK
#undef JUMP
#undef CANARY

#endif
