/** This file names the numbers of the DWARF standard, versions 2 to 5, and of its GNU extensions, as <dwarf.h> does. */

/** Kinds of unit. */
export const DW_UT = {
	compile: 0x01,
	type: 0x02,
	partial: 0x03,
	skeleton: 0x04,
	split_compile: 0x05,
	split_type: 0x06,
} as const;

/** Kinds of entry. */
export const DW_TAG = {
	array_type: 0x01,
	enumeration_type: 0x04,
	structure_type: 0x13,
	subroutine_type: 0x15,
	union_type: 0x17,
	inlined_subroutine: 0x1d,
	subprogram: 0x2e,
	call_site: 0x48,
	GNU_call_site: 0x4109,
} as const;

/** Languages: the versions of C. */
export const DW_LANG = {C89: 0x01, C: 0x02, C99: 0x0c, C11: 0x1d, C17: 0x2c} as const;

/** Attributes. */
export const DW_AT = {
	sibling: 0x01,
	name: 0x03,
	low_pc: 0x11,
	high_pc: 0x12,
	language: 0x13,
	producer: 0x25,
	abstract_origin: 0x31,
	decl_column: 0x39,
	decl_line: 0x3b,
	declaration: 0x3c,
	external: 0x3f,
	specification: 0x47,
	entry_pc: 0x52,
	ranges: 0x55,
	call_column: 0x57,
	call_line: 0x59,
	linkage_name: 0x6e,
	str_offsets_base: 0x72,
	addr_base: 0x73,
	rnglists_base: 0x74,
	dwo_name: 0x76,
	MIPS_linkage_name: 0x2007,
	GNU_dwo_name: 0x2130,
	GNU_addr_base: 0x2133,
} as const;

/** How a value is written. */
export const DW_FORM = {
	addr: 0x01,
	block2: 0x03,
	block4: 0x04,
	data2: 0x05,
	data4: 0x06,
	data8: 0x07,
	string: 0x08,
	block: 0x09,
	block1: 0x0a,
	data1: 0x0b,
	flag: 0x0c,
	sdata: 0x0d,
	strp: 0x0e,
	udata: 0x0f,
	ref_addr: 0x10,
	ref1: 0x11,
	ref2: 0x12,
	ref4: 0x13,
	ref8: 0x14,
	ref_udata: 0x15,
	indirect: 0x16,
	sec_offset: 0x17,
	exprloc: 0x18,
	flag_present: 0x19,
	strx: 0x1a,
	addrx: 0x1b,
	ref_sup4: 0x1c,
	strp_sup: 0x1d,
	data16: 0x1e,
	line_strp: 0x1f,
	ref_sig8: 0x20,
	implicit_const: 0x21,
	loclistx: 0x22,
	rnglistx: 0x23,
	ref_sup8: 0x24,
	strx1: 0x25,
	strx2: 0x26,
	strx3: 0x27,
	strx4: 0x28,
	addrx1: 0x29,
	addrx2: 0x2a,
	addrx3: 0x2b,
	addrx4: 0x2c,
	GNU_addr_index: 0x1f01,
	GNU_str_index: 0x1f02,
	GNU_ref_alt: 0x1f20,
	GNU_strp_alt: 0x1f21,
} as const;

/** Entries of a list of ranges, from version 5 on. */
export const DW_RLE = {
	end_of_list: 0x00,
	base_addressx: 0x01,
	startx_endx: 0x02,
	startx_length: 0x03,
	offset_pair: 0x04,
	base_address: 0x05,
	start_end: 0x06,
	start_length: 0x07,
} as const;
