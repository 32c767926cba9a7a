/** This file defines how one function is left alone: by a clause that finishes "Its entries are not counted:". */

/** The refusal of one function. */
export class Refusal extends Error {}
