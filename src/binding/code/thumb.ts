/** This file decodes one instruction of the instruction set Thumb. Masks and values are from the architecture's manual, chapter A6. */

import {type ArmContext, addPc, branchOnArm, branchToRegister, loadLiteral, pc, sumOnArm} from './arm-context.js';

/** The program counter reads as the address of the instruction, and this. */
const ahead = 4;

export function isWide(first: number): boolean {
	return first >>> 11 >= 0b11101;
}

export function decodeThumb(first: number, second: number | null, at: number, context: ArmContext): void {
	if (second !== null) decodeWide(first, second, at, context);
	else decodeNarrow(first, at, context);
	const isIt = second === null && (first & 0xff00) === 0xbf00 && (first & 15) !== 0;
	// IT makes one to four instructions conditional; the lowest bit that is set in its mask says how many.
	if (isIt) context.conditional = 4 - (31 - Math.clz32(first & -first & 15));
	else if (context.conditional > 0) context.conditional -= 1;
}

function decodeNarrow(half: number, at: number, context: ArmContext): void {
	const {registers} = context;
	const [low, middle, high, eight] = [half & 7, (half >>> 3) & 7, (half >>> 6) & 7, (half >>> 8) & 7];
	const is = (mask: number, value: number) => (half & mask) === value;
	const [rd, rm] = [low | ((half >>> 4) & 8), (half >>> 3) & 15];
	if (is(0xf000, 0xd000) && ((half >>> 8) & 15) < 14) {
		branchOnArm(context, at, at + ahead + ((half << 24) >> 24) * 2, false, false);
	} else if (is(0xf800, 0xe000)) {
		branchOnArm(context, at, at + ahead + ((half << 21) >> 21) * 2, false, true);
	} else if (is(0xf500, 0xb100)) {
		// CBZ, CBNZ
		branchOnArm(context, at, at + ahead + (((half >>> 3) & 0x40) | ((half >>> 2) & 0x3e)), false, false);
	} else if (is(0xff00, 0x4700)) {
		branchToRegister(context, rm, at, is(0x80, 0x80), true);
	} else if (is(0xf800, 0x4800)) {
		loadLiteral(context, eight, align(at + ahead) + (half & 0xff) * 4);
	} else if (is(0xff00, 0x4400)) {
		if (rd === pc) stop(context);
		else if (rm === pc) addPc(context, rd, rd, at, ahead);
		else registers.setAddress(rd, sumOnArm(registers, rd, rm));
	} else if (is(0xff00, 0x4600)) {
		if (rd === pc) stop(context);
		else registers.move(rd, rm);
	} else if (is(0xfe00, 0x5800)) {
		registers.setContent(low, sumOnArm(registers, middle, high));
	} else if (is(0xfe00, 0x1800)) {
		registers.setAddress(low, sumOnArm(registers, middle, high));
	} else if (is(0xf800, 0x6800)) {
		const base = registers.address(middle);
		registers.setContent(low, base === undefined ? undefined : base + ((half >>> 6) & 31) * 4);
	} else if (is(0xfe00, 0xbc00)) {
		// POP
		forgetList(context, half & 0xff);
		if (is(0x0100, 0x0100)) stop(context);
	} else if (is(0xf000, 0xc000)) {
		// LDM and STM write back.
		if (is(0x0800, 0x0800)) forgetList(context, half & 0xff);
		registers.forget(eight);
	} else {
		const written = writtenByNarrow(half);
		if (written !== null) registers.forget(written);
	}
}

/** Of what is not told apart above. */
function writtenByNarrow(half: number): number | null {
	const [low, eight] = [half & 7, (half >>> 8) & 7];
	if (half < 0x2000) return low;
	if (half < 0x4000) return (half & 0xf800) === 0x2800 ? null : eight;
	// TST, CMP, CMN
	if (half < 0x4400) return [0x4200, 0x4280, 0x42c0].includes(half & 0xffc0) ? null : low;
	if (half < 0x4800) return null;
	if (half < 0x6000) return ((half >>> 9) & 7) >= 3 ? low : null;
	if (half < 0x9000) return (half & 0x0800) === 0 ? null : low;
	if (half < 0xa000) return (half & 0x0800) === 0 ? null : eight;
	if (half < 0xb000) return eight;
	// SXTH and its like, REV and its like
	return (half & 0xff00) === 0xb200 || (half & 0xff00) === 0xba00 ? low : null;
}

function decodeWide(first: number, second: number, at: number, context: ArmContext): void {
	const {registers} = context;
	const [rn, rt, rd, rm] = [first & 15, second >>> 12, (second >>> 8) & 15, second & 15];
	const is = (mask: number, value: number) => (first & mask) === value;
	const distance = (is(0x0080, 0x0080) ? 1 : -1) * (second & 0xfff);
	const branch = branchOfThumb(first, second, at);
	if (branch !== null) {
		branchOnArm(context, at, branch.target, branch.isCall, branch.isAlways);
	} else if (is(0xf800, 0xf000) && (second & 0x8000) !== 0) {
		// Barriers, hints and the system's registers
		if ((first & 0xffe0) === 0xf3e0) registers.forget(rd);
	} else if (is(0xfe1f, 0xf81f)) {
		// A load from beside the code; a word, where it is a number that may be added to the program counter.
		if (rt === pc && is(0xff7f, 0xf85f)) stop(context);
		else loadLiteral(context, rt, align(at + ahead) + distance);
		if (!is(0xff7f, 0xf85f)) registers.forget(rt);
	} else if (is(0xff7f, 0xe95f)) {
		// LDRD from there
		registers.forget(rt, rd);
	} else if (is(0xfff0, 0xf8d0)) {
		const base = registers.address(rn);
		if (rt === pc) stop(context);
		else registers.setContent(rt, base === undefined ? undefined : base + (second & 0xfff));
	} else if (is(0xfff0, 0xf850)) {
		if (rt === pc) stop(context);
		else registers.setContent(rt, (second & 0x0ff0) === 0 ? sumOnArm(registers, rn, rm) : undefined);
		if ((second & 0x0900) === 0x0900) registers.forget(rn);
	} else if (is(0xffd0, 0xe890) || is(0xffd0, 0xe910)) {
		forgetList(context, second);
		if (is(0x0020, 0x0020)) registers.forget(rn);
		if ((second & 0x8000) !== 0) stop(context);
	} else if (is(0xfff0, 0xe8d0) && (second & 0xffe0) === 0xf000) {
		// TBB, TBH
		registers.stop();
	} else if (is(0xfbf0, 0xf240)) {
		registers.setNumber(rd, sixteen(first, second));
	} else if (is(0xfbf0, 0xf2c0)) {
		const lower = registers.number(rd);
		registers.setNumber(
			rd,
			lower === undefined ? undefined : ((lower & 0xffff) | (sixteen(first, second) << 16)) >>> 0,
		);
	} else {
		registers.forget(...writtenByWide(first, second));
	}
}

/** Loads and stores name what they load at rt, and may write back; what computes names its result at rd. More rather than fewer. */
function writtenByWide(first: number, second: number): readonly number[] {
	const [rn, rt, rd] = [first & 15, second >>> 12, (second >>> 8) & 15];
	if ((first & 0xfe00) === 0xf800) {
		const isLoad = (first & 0x10) !== 0;
		const writesBack = (first & 0x80) === 0 && (second & 0x0900) === 0x0900;
		return [...(isLoad ? [rt] : []), ...(writesBack ? [rn] : [])];
	}
	return (first & 0xfe00) === 0xe800 ? [rt, rd, ...((first & 0x20) === 0 ? [] : [rn])] : [rd, rt];
}

interface ThumbBranch {
	readonly target: number;
	readonly isCall: boolean;
	readonly isAlways: boolean;
}

/** B.W, BL, BLX; null for what else begins alike. */
export function branchOfThumb(first: number, second: number, at: number): ThumbBranch | null {
	if ((first & 0xf800) !== 0xf000 || (second & 0x8000) === 0) return null;
	const sign = (first >>> 10) & 1;
	const [one, two] = [(second >>> 13) & 1, (second >>> 11) & 1];
	if ((second & 0x5000) === 0) {
		// With a condition, of which two are none.
		if ((first & 0x0380) === 0x0380) return null;
		const far =
			(sign === 1 ? -0x10_0000 : 0) + ((two << 19) | (one << 18) | ((first & 0x3f) << 12) | ((second & 0x7ff) << 1));
		return {target: at + ahead + far, isCall: false, isAlways: false};
	}
	const upper = ((one ^ sign ^ 1) << 23) | ((two ^ sign ^ 1) << 22);
	const far = (sign === 1 ? -0x100_0000 : 0) + (upper | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1));
	const isToArm = (second & 0x5000) === 0x4000;
	return {
		target: (isToArm ? align(at + ahead) : at + ahead) + far,
		isCall: (second & 0x4000) !== 0,
		isAlways: true,
	};
}

function sixteen(first: number, second: number): number {
	return ((first & 15) << 12) | ((first & 0x400) << 1) | ((second >>> 4) & 0x700) | (second & 0xff);
}

function align(address: number): number {
	return address - (address % 4);
}

function forgetList({registers}: ArmContext, list: number): void {
	for (let register = 0; register < 15; register += 1) if (((list >>> register) & 1) === 1) registers.forget(register);
}

function stop({registers, conditional}: ArmContext): void {
	if (conditional === 0) registers.stop();
}
