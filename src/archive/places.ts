/** This file tells where a member of an archive lies once the links on its way are followed, as in a root of its own. */

/** By place, what each link says. */
export type Links = ReadonlyMap<string, string>;

/** Names of folders and a last one, without a link among them. Null where the way leads out of the root, or in a circle. */
export function placeIn(links: Links, name: string): string | null {
	const way = name.split('/').reverse();
	const place: string[] = [];
	let followed = 0;
	for (let part = way.pop(); part !== undefined; part = way.pop()) {
		if (part === '' || part === '.') continue;
		if (part === '..') {
			if (place.pop() === undefined) return null;
			continue;
		}
		place.push(part);
		const target = links.get(place.join('/'));
		if (target === undefined) continue;
		followed += 1;
		if (followed > mostLinks) return null;
		// From the root, which is the archive's own; otherwise from the folder that the link is in.
		if (target.startsWith('/')) place.length = 0;
		else place.pop();
		way.push(...target.split('/').reverse());
	}
	return place.join('/');
}

/** As many as Linux follows on one way. */
const mostLinks = 40;
