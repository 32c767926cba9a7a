/** This file reads one RISC-V instruction, compressed or not, as far as it matters to those who follow addresses. */

export interface RiscvInstruction {
	readonly size: 2 | 4;
	readonly operation: 'jal' | 'jalr' | 'branch' | 'auipc' | 'lui' | 'addi' | 'ld' | 'move' | 'other';
	/** The integer register that is written; 0 for none. */
	readonly rd: number;
	/** The integer registers that are read; 0 for none. */
	readonly rs1: number;
	readonly rs2: number;
	readonly immediate: number;
}

/** What is no instruction that we know reads and writes all that its fields may mean. Volume I of the manual, chapter "Instruction Set Listings". */
export function readRiscv(word: number): RiscvInstruction {
	return (word & 3) === 3 ? readWhole(word) : readCompressed(word & 0xffff);
}

function make(
	size: 2 | 4,
	operation: RiscvInstruction['operation'],
	rd: number,
	rs1: number,
	rs2: number,
	immediate: number,
): RiscvInstruction {
	return {size, operation, rd, rs1, rs2, immediate};
}

function readWhole(word: number): RiscvInstruction {
	const rd = (word >>> 7) & 31;
	const rs1 = (word >>> 15) & 31;
	const rs2 = (word >>> 20) & 31;
	const function3 = (word >>> 12) & 7;
	const twelve = word >> 20;
	switch (word & 0x7f) {
		case 0x6f:
			return make(4, 'jal', rd, 0, 0, immediateJ(word));
		case 0x67:
			return make(4, 'jalr', rd, rs1, 0, twelve);
		case 0x63:
			return make(4, 'branch', 0, rs1, rs2, immediateB(word));
		case 0x17:
			return make(4, 'auipc', rd, 0, 0, word & ~0xfff);
		case 0x37:
			return make(4, 'lui', rd, 0, 0, word & ~0xfff);
		case 0x13:
			return make(4, function3 === 0 ? 'addi' : 'other', rd, rs1, 0, twelve);
		case 0x03:
			return make(4, function3 === 3 ? 'ld' : 'other', rd, rs1, 0, twelve);
		case 0x1b:
			return make(4, 'other', rd, rs1, 0, 0);
		// Loads of the other register file, and its fused multiplications.
		case 0x07:
			return make(4, 'other', 0, rs1, 0, 0);
		case 0x43:
		case 0x47:
		case 0x4b:
		case 0x4f:
			return make(4, 'other', 0, 0, 0, 0);
		case 0x27:
			return make(4, 'other', 0, rs1, 0, 0);
		case 0x23:
			return make(4, 'other', 0, rs1, rs2, 0);
		case 0x53:
			return floatOperation(word >>> 27, rd, rs1);
		default:
			return make(4, 'other', rd, rs1, rs2, 0);
	}
}

/** Comparisons, conversions and moves between the two register files; the rest stays in the other one. */
function floatOperation(function5: number, rd: number, rs1: number): RiscvInstruction {
	const writesInteger = function5 === 0x14 || function5 === 0x18 || function5 === 0x1c;
	const readsInteger = function5 === 0x1a || function5 === 0x1e;
	return make(4, 'other', writesInteger ? rd : 0, readsInteger ? rs1 : 0, 0, 0);
}

function immediateJ(word: number): number {
	return ((word >> 31) << 20) | (word & 0xff000) | (((word >>> 20) & 1) << 11) | (((word >>> 21) & 0x3ff) << 1);
}

function immediateB(word: number): number {
	return (
		((word >> 31) << 12) | (((word >>> 7) & 1) << 11) | (((word >>> 25) & 0x3f) << 5) | (((word >>> 8) & 0xf) << 1)
	);
}

/** The registers that three bits can name begin at x8. */
function short(bits: number): number {
	return (bits & 7) + 8;
}

const [ra, sp] = [1, 2];

function readCompressed(half: number): RiscvInstruction {
	const kind = ((half & 3) << 3) | (half >>> 13);
	const [low, high] = [short(half >>> 2), short(half >>> 7)];
	const rd = (half >>> 7) & 31;
	const rs2 = (half >>> 2) & 31;
	const six = ((((half >>> 12) & 1) << 31) >> 26) | ((half >>> 2) & 31);
	switch (kind) {
		// C.ADDI4SPN
		case 0b00_000:
			return make(2, 'other', low, sp, 0, 0);
		// C.FLD, C.FSD, C.SW, C.SD
		case 0b00_001:
		case 0b00_101:
			return make(2, 'other', 0, high, 0, 0);
		case 0b00_110:
		case 0b00_111:
			return make(2, 'other', 0, high, low, 0);
		// C.LW
		case 0b00_010:
			return make(2, 'other', low, high, 0, 0);
		case 0b00_011:
			return make(2, 'ld', low, high, 0, (((half >>> 10) & 7) << 3) | (((half >>> 5) & 3) << 6));
		// C.LBU, C.LHU, C.LH load; C.SB, C.SH store.
		case 0b00_100:
			return ((half >>> 10) & 7) < 2 ? make(2, 'other', low, high, 0, 0) : make(2, 'other', 0, high, low, 0);
		case 0b01_000:
			return make(2, 'addi', rd, rd, 0, six);
		// C.ADDIW
		case 0b01_001:
			return make(2, 'other', rd, rd, 0, 0);
		// C.LI, and C.LUI with C.ADDI16SP
		case 0b01_010:
		case 0b01_011:
			return make(2, 'other', rd, rd === sp ? sp : 0, 0, 0);
		// Shifts and logic on the short registers
		case 0b01_100:
			return make(2, 'other', high, high, ((half >>> 10) & 3) === 3 ? low : 0, 0);
		case 0b01_101:
			return make(2, 'jal', 0, 0, 0, immediateCJ(half));
		case 0b01_110:
		case 0b01_111:
			return make(2, 'branch', 0, high, 0, immediateCB(half));
		// C.SLLI
		case 0b10_000:
			return make(2, 'other', rd, rd, 0, 0);
		// C.FLDSP, C.FSDSP
		case 0b10_001:
		case 0b10_101:
			return make(2, 'other', 0, sp, 0, 0);
		// C.LWSP, C.LDSP
		case 0b10_010:
		case 0b10_011:
			return make(2, 'other', rd, sp, 0, 0);
		// C.SWSP, C.SDSP
		case 0b10_110:
		case 0b10_111:
			return make(2, 'other', 0, sp, rs2, 0);
		// C.JR, C.MV, C.EBREAK, C.JALR, C.ADD
		case 0b10_100: {
			const isSecond = ((half >>> 12) & 1) === 1;
			if (rs2 === 0) return rd === 0 ? make(2, 'other', 0, 0, 0, 0) : make(2, 'jalr', isSecond ? ra : 0, rd, 0, 0);
			return isSecond ? make(2, 'other', rd, rd, rs2, 0) : make(2, 'move', rd, rs2, 0, 0);
		}
		default:
			return make(2, 'other', rd, high, low, 0);
	}
}

function immediateCJ(half: number): number {
	const bit = (at: number, to: number) => ((half >>> at) & 1) << to;
	return (
		(((half >>> 12) & 1) === 1 ? -2048 : 0) |
		bit(11, 4) |
		bit(10, 9) |
		bit(9, 8) |
		bit(8, 10) |
		bit(7, 6) |
		bit(6, 7) |
		(((half >>> 3) & 7) << 1) |
		bit(2, 5)
	);
}

function immediateCB(half: number): number {
	return (
		(((half >>> 12) & 1) === 1 ? -256 : 0) |
		(((half >>> 10) & 3) << 3) |
		(((half >>> 5) & 3) << 6) |
		(((half >>> 3) & 3) << 1) |
		(((half >>> 2) & 1) << 5)
	);
}
