/*
 * This file lets a source expand hooks.def for one family: compiled with -DFAMILY=error, IN_FAMILY(error) is 1 and every other
 * is 0, and SELECT(error, x) is x where it is 1 and nothing where it is 0.
 *
 * The preprocessor cannot compare names, so binding.gyp defines IS_error as well, as two words separated by a comma: the second
 * of them is the 1. For any other family the name stays one word, and the second is the 0 that is put behind it.
 */
#ifndef PYINTERPOSE_FAMILY_H
#define PYINTERPOSE_FAMILY_H

#define SECOND(...) SECOND_(__VA_ARGS__, 0, )
#define SECOND_(first, second, ...) second
#define JOIN(a, b) JOIN_(a, b)
#define JOIN_(a, b) a##b

#define IN_FAMILY(family) SECOND(JOIN(IS_, family))
#define SELECT(family, ...) JOIN(SELECT_, IN_FAMILY(family))(__VA_ARGS__)
#define SELECT_0(...)
#define SELECT_1(...) __VA_ARGS__

#endif
