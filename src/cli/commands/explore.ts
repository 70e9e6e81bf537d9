import { EXPLORE_OPTIONS } from '../../options/explore-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const explore: Command = defineCommand({
  name: 'explore',
  summary: 'look through the layers and files of an image, on a terminal',
  operands: [{ name: 'IMAGE', help: 'named as in docs/image-names.md' }],
  options: EXPLORE_OPTIONS,
  footer: `Shows of each file what layer and package it is from, what is wasted, and why it
would go or stay. Press ? for the keys. See docs/explore.md.`,
  load: async () => (await import('./explore-action.ts')).runExplore,
});
