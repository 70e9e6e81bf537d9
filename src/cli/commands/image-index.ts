import {
  INDEX_ADD_OPTIONS,
  INDEX_ANNOTATE_OPTIONS,
  INDEX_CREATE_OPTIONS,
  INDEX_REMOVE_OPTIONS,
} from '../../options/index-options.ts';
import { defineCommand, type Command } from '../command.ts';

const loadActions = () => import('./image-index-action.ts');

const INDEX = { name: 'INDEX', help: 'an image of several platforms, named like SOURCE' } as const;

/** What puts images of several platforms together. */
export const imageIndex: Command = defineCommand({
  name: 'index',
  summary: 'put images for several platforms together, or take one out',
  usage: 'create|add|remove|annotate …',
  footer: 'Images keep their digests: docs/repositories.md.',
  load: async () => (await loadActions()).refuseBareIndex,
  commands: [
    defineCommand({
      name: 'create',
      summary: 'make an index of images',
      usage: 'SOURCE… -o TARGET [options]',
      operands: [
        { name: 'SOURCES', help: 'images, and indexes whose images come in', repeats: true },
      ],
      options: INDEX_CREATE_OPTIONS,
      examples: [['reslim index create app:amd64 app:arm64 -o registry.example/app:1.0']],
      load: async () => (await loadActions()).createIndex,
    }),
    defineCommand({
      name: 'add',
      summary: 'add images to an index',
      usage: 'INDEX SOURCE… -o TARGET [options]',
      operands: [
        INDEX,
        { name: 'SOURCES', help: 'images, and indexes whose images come in', repeats: true },
      ],
      options: INDEX_ADD_OPTIONS,
      examples: [['reslim index add registry.example/app:1.0 ./riscv64.tar --in-place']],
      load: async () => (await loadActions()).addToIndex,
    }),
    defineCommand({
      name: 'remove',
      summary: 'take images out of an index',
      usage: 'INDEX -o TARGET [options]',
      operands: [INDEX],
      options: INDEX_REMOVE_OPTIONS,
      examples: [['reslim index remove registry.example/app:1.0 --platform linux/386 --in-place']],
      load: async () => (await loadActions()).removeFromIndex,
    }),
    defineCommand({
      name: 'annotate',
      summary: 'annotate an index, or some of its entries',
      usage: 'INDEX -o TARGET [options]',
      operands: [INDEX],
      options: INDEX_ANNOTATE_OPTIONS,
      examples: [['reslim index annotate ./app:1.0 --annotation team=core --in-place']],
      load: async () => (await loadActions()).annotateIndex,
    }),
  ],
});
