import type { Practice } from '../practice.ts';
import { rootOf } from '../dockerfile/parse-dockerfile.ts';

/** Bases of distributions are built anew every few weeks. */
const OLD_DAYS = 90;
const DAY = 24 * 3600 * 1000;

/**
 * A base that was old when the image was built. No clock is asked: the dates of the steps are compared with each
 * other, so that an image does not become bad by itself.
 */
export const oldBase: Practice = {
  id: 'old-base',
  title: 'Build on a base that has the patches',
  source: 'https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often',
  find: ({ steps, dockerfile }) => {
    const dates = (isBase: boolean): number[] =>
      steps
        .filter((step) => step.isBase === isBase)
        .map(({ created }) => Date.parse(created ?? ''))
        // A time that was set for reproducible builds says nothing.
        .filter((time) => time > Date.UTC(2013, 0, 1));
    const [base, own] = [Math.max(...dates(true)), Math.max(...dates(false))];
    const days = Math.floor((own - base) / DAY);
    if (!Number.isFinite(days) || days < OLD_DAYS) return [];
    const from = dockerfile && rootOf(dockerfile.stage).from;
    return [
      {
        message: `The base was ${days} days old when the image was built, by the dates in its history. Pull it again before the build (docker build --pull), or move the digest it is pinned to.`,
        files: [],
        step: from && { instruction: from, layer: undefined, isBase: false },
        changes: [],
      },
    ];
  },
};
