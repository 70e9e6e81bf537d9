import type { AnalyzedPackage } from '../api/analysis.ts';
import type { Level } from '../api/vocabulary.ts';
import type { Dockerfile, Stage } from './dockerfile/parse-dockerfile.ts';
import type { Instruction } from './dockerfile/instruction.ts';

/** What advice is about: an image, how it was built, and what of it is used. Plain values; sizes are bytes. */
export interface Subject {
  /** Of the build, in its order: those of the base, then those of the image's own Dockerfile. */
  readonly steps: readonly Step[];
  readonly dockerfile: GivenDockerfile | undefined;
  /** Every file that a layer stores contents of, hidden ones included, each once. */
  readonly files: readonly StoredFile[];
  readonly packages: readonly AnalyzedPackage[];
}

/** The Dockerfile that was given, and the stage the image was made of. */
export interface GivenDockerfile {
  readonly file: Dockerfile;
  readonly stage: Stage;
}

/** One step of the build. */
export interface Step {
  /** As the Dockerfile has it, if it is known, else as the history does. */
  readonly instruction: Instruction;
  /** The number of the layer it made, from 1; absent where it made none or the history does not say. */
  readonly layer: number | undefined;
  /** It belongs to the image that `FROM` names, where nobody can change it. */
  readonly isBase: boolean;
  readonly created?: string | undefined;
}

/** A file as a layer stores it. Paths are absolute, as text. */
export interface StoredFile {
  readonly path: string;
  /** Of hard links: all names. */
  readonly names: readonly string[];
  readonly size: number;
  /** The number of its layer, from 1. */
  readonly layer: number;
  /** Absent for a file that containers see. */
  readonly hidden?: HiddenBy | undefined;
  /** The lowest level of a slim that takes it away. */
  readonly removedBy?: Level | undefined;
}

export interface HiddenBy {
  /** `metadata`: the same contents are stored again with another owner, mode or time. */
  readonly how: 'deleted' | 'overwritten' | 'metadata';
  /** The number of the layer. */
  readonly layer: number;
  /** What changed, for `metadata`: `owner`, `mode`, `time`, `attributes`. */
  readonly changes: readonly string[];
}

export const stepOfLayer = ({ steps }: Subject, layer: number): Step | undefined =>
  steps.find((step) => step.layer === layer);

/** Steps that the image's own Dockerfile has. */
export const ownSteps = ({ steps }: Subject): readonly Step[] =>
  steps.filter(({ isBase }) => !isBase);

/** Files of layers that the image's own Dockerfile makes. */
export const ownFiles = (subject: Subject): readonly StoredFile[] => {
  const base = new Set(
    subject.steps.flatMap(({ isBase, layer }) => (isBase && layer ? [layer] : [])),
  );
  return subject.files.filter(({ layer }) => !base.has(layer));
};

export const sizeOf = (files: readonly StoredFile[]): number =>
  files.reduce((sum, { size }) => sum + size, 0);
