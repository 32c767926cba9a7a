/*
 * This file comes before every source of what is compiled beforehand (packaging/prebuild): it asks for functions by the versions that
 * glibc 2.17 has, so that the result runs on every glibc from there on. A newer glibc keeps those for old programs.
 */
#ifndef PYINTERPOSE_OLD_GLIBC_H
#define PYINTERPOSE_OLD_GLIBC_H
#ifndef __ASSEMBLER__

/* The first version of an architecture's glibc. */
#if defined(__x86_64__)
#define FIRST_GLIBC "GLIBC_2.2.5"
#else
#define FIRST_GLIBC "GLIBC_2.17"
#endif

/* Moved from libdl and libpthread to libc by 2.34. */
#define AS_AT_FIRST(name) __asm__(".symver " #name ", " #name "@" FIRST_GLIBC)
AS_AT_FIRST(dladdr);
AS_AT_FIRST(dlerror);
AS_AT_FIRST(dlopen);
AS_AT_FIRST(dlsym);
AS_AT_FIRST(dlvsym);
AS_AT_FIRST(pthread_create);
AS_AT_FIRST(pthread_join);

/* The headers of 2.38 and later put functions that read numbers as C23 has them, 0b1 as well, in the place of these. */
#define AS_BEFORE_C23(name) __asm__(".symver __isoc23_" #name ", " #name "@" FIRST_GLIBC)
AS_BEFORE_C23(fscanf);
AS_BEFORE_C23(sscanf);
AS_BEFORE_C23(strtol);
AS_BEFORE_C23(strtoll);
AS_BEFORE_C23(strtoul);
AS_BEFORE_C23(strtoull);

/* Of the addons, which define none of them. */
#ifdef __cplusplus
AS_AT_FIRST(dlclose);
AS_AT_FIRST(pthread_once);
AS_AT_FIRST(__pthread_key_create);
#endif

#endif
#endif
