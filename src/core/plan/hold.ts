/** How long a release may be held because both fleets are beyond a ceiling. */

/** A ceiling that stable breaks too never rolls back; a release held for a whole day, in all, ends by its deadline. */
export const heldMinutes = 24 * 60;
