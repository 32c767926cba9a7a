/*
 * This file starts a libpython as a one-line embedder does: Py_BytesMain where it has one, else Py_Main.
 *
 * It needs `pyinterpose-target.so`, which the driver makes a link to the libpython meant. A shim defines Py_BytesMain for
 * every Python, so whether the libpython itself does is asked of its own handle.
 */
#include <dlfcn.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* ISO C has no function behind a void pointer; POSIX has. */
#pragma GCC diagnostic ignored "-Wpedantic"

extern const char *Py_GetVersion(void);
extern int Py_BytesMain(int count, char **words) __attribute__((weak));
extern int Py_Main(int count, void *words) __attribute__((weak));

static wchar_t **wide(int count, char **words);

int main(int count, char **words)
{
	Dl_info info;
	void *library = dladdr((void *)Py_GetVersion, &info) ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : NULL;
	if (library == NULL) {
		fprintf(stderr, "pyinterpose launcher: %s\n", dlerror());
		return 127;
	}
	if (dlsym(library, "Py_BytesMain") != NULL)
		return Py_BytesMain(count, words);
	if (Py_GetVersion()[0] == '2')
		return Py_Main(count, words);
	setlocale(LC_ALL, "");
	return Py_Main(count, wide(count, words));
}

static wchar_t **wide(int count, char **words)
{
	wchar_t **out = calloc((size_t)count + 1, sizeof *out);
	for (int i = 0; out != NULL && i < count; i++) {
		size_t length = mbstowcs(NULL, words[i], 0);
		out[i] = length == (size_t)-1 ? NULL : calloc(length + 1, sizeof **out);
		if (out[i] == NULL) {
			fprintf(stderr, "pyinterpose launcher: argument %d is not in the locale's encoding\n", i);
			exit(127);
		}
		mbstowcs(out[i], words[i], length + 1);
	}
	return out;
}
