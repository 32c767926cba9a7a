/** This file names the functions that an interpreter's `main` ends in, one of them in each version. */

export const calledByMain: ReadonlySet<string> = new Set(['Py_BytesMain', 'Py_Main']);
