/** This file makes a program start by another dynamic loader than the one that it was linked for. */

/** PT_INTERP of the ELF format, and the offsets of Elf64_Ehdr and Elf64_Phdr: the native part is built for 64-bit little-endian machines. */
const [ptInterp, programHeaders, entrySize, entryCount] = [3, 0x20, 0x36, 0x38] as const;
const [inFile, sizeInFile, sizeInMemory] = [0x08, 0x20, 0x28] as const;

/**
 * A copy with the loader's path behind its end, where the kernel reads it. The place in memory stays: there the loader reads the
 * name under which libraries ask for it, which is the old one.
 */
export function startedBy(program: Buffer, loader: string): Buffer {
	const path = Buffer.from(`${loader}\0`);
	const copy = Buffer.concat([program, path]);
	const table = Number(copy.readBigUInt64LE(programHeaders));
	const size = copy.readUInt16LE(entrySize);
	for (let index = 0; index < copy.readUInt16LE(entryCount); index++) {
		const at = table + index * size;
		if (copy.readUInt32LE(at) !== ptInterp) continue;
		copy.writeBigUInt64LE(BigInt(program.length), at + inFile);
		copy.writeBigUInt64LE(BigInt(path.length), at + sizeInFile);
		copy.writeBigUInt64LE(BigInt(path.length), at + sizeInMemory);
	}
	return copy;
}
