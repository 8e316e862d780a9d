export * from './virtual-clock.ts';
export { chanceOf, type Chance } from '../simulated/chance.ts';
export { surroundings } from './surroundings.ts';
