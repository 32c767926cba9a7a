/*
 * This file is the way from Python to what calls.c and last.c define, for a Python with ctypes or without: an extension module that
 * leaves what it offers in `sys` and refuses to be a module, because what a module is differs from version to version.
 *
 * Keep these rules: of Python's own functions only those of `api`, which are the same from 2.7 on; they are asked of the interpreter's
 * own handle, so that they are found where nothing of it is in the global scope.
 */
#include "calls.h"
#include "visibility.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

/* ISO C has no function behind a void pointer; POSIX has. */
#pragma GCC diagnostic ignored "-Wpedantic"
/* The interpreter finds them by name. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

typedef uintptr_t word;
typedef word function(word, word, word, word, word, word);

/* PyMethodDef. */
struct method {
	const char *name;
	void *(*function)(void *self, void *arguments);
	int flags;
	const char *documentation;
};

#define METH_VARARGS 1

static struct {
	int (*PyArg_ParseTuple)(void *arguments, const char *format, ...);
	void *(*Py_BuildValue)(const char *format, ...);
	void *(*PyCFunction_NewEx)(struct method *method, void *self, void *module);
	int (*PySys_SetObject)(const char *name, void *value);
	void (*PyErr_SetString)(void *type, const char *text);
	void **PyExc_ImportError;
} api;

static void *offer(const void *interpreter);
static int resolve(void *handle);
static void *call_address(void *self, void *arguments);

EXPORT void *PyInit_pyinterpose_caller(void)
{
	return offer(__builtin_return_address(0));
}

EXPORT void initpyinterpose_caller(void)
{
	offer(__builtin_return_address(0));
}

static void *offer(const void *interpreter)
{
	static struct method method = { "call", call_address, METH_VARARGS, "Calls an address with up to six words." };
	Dl_info info;
	void *handle = dladdr(interpreter, &info) != 0 ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : NULL;
	if (!resolve(handle) && !resolve(RTLD_DEFAULT))
		return NULL;
	void *call = api.PyCFunction_NewEx(&method, NULL, NULL);
	const void *const addresses[] = {
		(void *)dlsym, handle, (void *)calls_make, (void *)last_leave, (void *)calls_frame_direct, (void *)calls_frame_dlsym
	};
	unsigned long long words[6];
	for (int i = 0; i < 6; i++)
		words[i] = (uintptr_t)addresses[i];
	void *offered = api.Py_BuildValue("(NKKKKKK)", call, words[0], words[1], words[2], words[3], words[4], words[5]);
	if (offered != NULL && api.PySys_SetObject("pyinterpose_offered", offered) == 0)
		api.PyErr_SetString(*api.PyExc_ImportError, "What is offered is in sys.");
	return NULL;
}

static int resolve(void *handle)
{
	api.PyArg_ParseTuple = (int (*)(void *, const char *, ...))dlsym(handle, "PyArg_ParseTuple");
	api.Py_BuildValue = (void *(*)(const char *, ...))dlsym(handle, "Py_BuildValue");
	api.PyCFunction_NewEx = (void *(*)(struct method *, void *, void *))dlsym(handle, "PyCFunction_NewEx");
	api.PySys_SetObject = (int (*)(const char *, void *))dlsym(handle, "PySys_SetObject");
	api.PyErr_SetString = (void (*)(void *, const char *))dlsym(handle, "PyErr_SetString");
	api.PyExc_ImportError = dlsym(handle, "PyExc_ImportError");
	return api.PyArg_ParseTuple != NULL && api.Py_BuildValue != NULL && api.PyCFunction_NewEx != NULL &&
				 api.PySys_SetObject != NULL && api.PyErr_SetString != NULL && api.PyExc_ImportError != NULL;
}

static void *call_address(void *self, void *arguments)
{
	unsigned long long words[7] = { 0 };
	(void)self;
	if (!api.PyArg_ParseTuple(arguments, "K|KKKKKK", &words[0], &words[1], &words[2], &words[3], &words[4], &words[5],
														&words[6]))
		return NULL;
	function *target = (function *)(uintptr_t)words[0];
	word result = target((word)words[1], (word)words[2], (word)words[3], (word)words[4], (word)words[5], (word)words[6]);
	return api.Py_BuildValue("K", (unsigned long long)result);
}
