/*
 * This file lets a source expand hooks.def for one family: compiled with -DFAMILY=error, IN_FAMILY(error) is 1 and
 * every other is 0, and SELECT(error, x) is x where it is 1 and nothing where it is 0.
 */
#ifndef PYINTERPOSE_FAMILY_H
#define PYINTERPOSE_FAMILY_H

#define MATCH_error_error ~, 1
#define MATCH_object_object ~, 1
#define MATCH_number_number ~, 1
#define MATCH_call_call ~, 1
#define MATCH_memory_memory ~, 1
#define MATCH_import_import ~, 1
#define MATCH_gil_gil ~, 1
#define MATCH_lifecycle_lifecycle ~, 1
#define MATCH_libc_memory_libc_memory ~, 1
#define MATCH_libc_time_libc_time ~, 1
#define MATCH_libc_io_libc_io ~, 1
#define MATCH_effect_time_effect_time ~, 1
#define MATCH_effect_getrandom_effect_getrandom ~, 1
#define MATCH_entries_entries ~, 1

#define SECOND(...) SECOND_(__VA_ARGS__, 0, )
#define SECOND_(first, second, ...) second
#define JOIN(a, b) JOIN_(a, b)
#define JOIN_(a, b) a##b
#define JOIN3(a, b, c) JOIN3_(a, b, c)
#define JOIN3_(a, b, c) a##b##c

#define IN_FAMILY(family) SECOND(JOIN(JOIN3(MATCH_, FAMILY, _), family))
#define SELECT(family, ...) JOIN(SELECT_, IN_FAMILY(family))(__VA_ARGS__)
#define SELECT_0(...)
#define SELECT_1(...) __VA_ARGS__

#endif
