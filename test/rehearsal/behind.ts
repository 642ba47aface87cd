/** The world behind an observer's view of it, for those who tamper with it on purpose. */
import type { World, WorldView } from "#twin/world";

/** An observer is shown the world itself: its type alone keeps hands off. */
export const behind = (view: WorldView): World => view as World;
