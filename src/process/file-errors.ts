/** This file has one wording for each way in which the system refuses a file, for all that read and write files. */

import {SuiteError} from '../errors.js';

/** Each finishes "PATH cannot be read:" and "PATH cannot be written:". By the names of errno(3), and of Node's own errors. */
export const fileErrors = {
	EACCES: 'permission denied',
	EAGAIN: 'there is nothing to read from it now',
	EBADF: 'it is not open for that',
	EBUSY: 'something else uses it',
	EDQUOT: "this user's disk quota is used up",
	EEXIST: 'there is a file of that name already',
	EFBIG: 'it would be larger than the file system or a limit allows',
	EIO: 'the device reports an error',
	EISDIR: 'it is a directory',
	ELOOP: 'its symbolic links lead in a circle',
	EMFILE: 'this process has too many files open',
	ENAMETOOLONG: 'its name is too long',
	ENFILE: 'the system has too many files open',
	ENODEV: 'there is no such device',
	ENOENT: 'there is no such file or directory',
	ENOMEM: 'the system is out of memory',
	ENOSPC: 'the file system is full',
	ENOTDIR: 'a part of its path is no directory',
	ENXIO: 'it is a socket, or a pipe or device with nothing behind it',
	EPERM: 'the system does not permit it',
	EPIPE: 'its reader has gone',
	EROFS: 'the file system is read-only',
	ESTALE: 'the network file system has lost it',
	ETXTBSY: 'it is a program that is running',
	ERR_FS_FILE_TOO_LARGE: 'it is too large',
	ERR_INVALID_ARG_VALUE: 'its name holds a null byte',
	ERR_STRING_TOO_LONG: 'it is too large',
} as const satisfies Readonly<Record<string, string>>;

/** Why a call on a file failed, as a clause. An error of no known kind speaks for itself. */
export function fileErrorWords(error: unknown): string {
	const code = codeOf(error);
	if (code in fileErrors) return fileErrors[code as keyof typeof fileErrors];
	return error instanceof Error ? error.message : String(error);
}

/** `what` is a path, or words for what has none: `Standard input`. */
export function cannotBeRead(what: string, cause: unknown, hint?: string): SuiteError {
	return new SuiteError(`${what} cannot be read: ${fileErrorWords(cause)}.`, {hint, cause});
}

export function cannotBeWritten(what: string, cause: unknown, hint?: string): SuiteError {
	return new SuiteError(`${what} cannot be written: ${fileErrorWords(cause)}.`, {hint, cause});
}

/** The name of errno(3), or of one of Node's own errors; empty for an error that bears none. */
export function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether `error` is that this process, or the whole system, may open no more files: that concerns us, not the program. */
export function isOutOfDescriptors(error: unknown): boolean {
	return ['EMFILE', 'ENFILE'].includes(codeOf(error));
}
