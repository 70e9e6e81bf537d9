import type { RuleLevel } from '../api/vocabulary.ts';
import type { Dockerfile, Stage } from './dockerfile/parse-dockerfile.ts';
import type { Instruction } from './dockerfile/instruction.ts';

/** What advice is about: an image, how it was built, and what of it is used. Plain values; sizes are bytes. */
export interface Subject {
  /** Of the build, in its order: those of the base, then those of the image's own Dockerfile. */
  readonly steps: readonly Step[];
  readonly dockerfile: GivenDockerfile | undefined;
  /** Every file that a layer stores contents of, hidden ones included, each once. */
  readonly files: readonly StoredFile[];
  /** Of distributions. */
  readonly packages: readonly SeenPackage[];
  /** Versions of packages of languages, by type and name: `python flask`. */
  readonly languagePackages: ReadonlyMap<string, string>;
  /** What the image starts, where that is a binary. */
  readonly program: Program | undefined;
  /** Of the application, with debug information. */
  readonly binaries: readonly Binary[];
  /** Folders of the image's own that are used and belong to no package of a distribution: what a build made. */
  readonly builtFolders: readonly string[];
  /** What annotations say of the base. */
  readonly base: { readonly name?: string | undefined; readonly digest?: string | undefined };
  /** People or jobs run what they like in it: nothing can be said to be without use. */
  readonly isForBuilding: boolean;
}

/** A package of a distribution. */
export interface SeenPackage {
  readonly type: string;
  readonly name: string;
  /** Something that the image starts, loads or reads belongs to it. */
  readonly isUsed: boolean;
  /** Named by the image's own Dockerfile, and not installed as a dependency. */
  readonly isAskedFor: boolean;
  /** It, or a package that needs it, is of use when the image runs, as far as names and use tell. */
  readonly isForRuntime: boolean;
  /** Installed with another one that only recommends it. */
  readonly isRecommendedOnly: boolean;
}

/** A native program. */
export interface Program {
  readonly path: string;
  /** The number of its layer, from 1. */
  readonly layer: number;
  /** As it asks the loader for them; none for a static one. */
  readonly libraries: readonly string[];
  readonly language: 'go' | 'rust' | undefined;
  /** It is all that is started, and runs no code of other files. */
  readonly isAlone: boolean;
}

export interface Binary {
  readonly path: string;
  readonly layer: number;
  /** Of sections that only debuggers read. */
  readonly debugBytes: number;
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
  /** The package of a distribution that it belongs to. */
  readonly package?: string | undefined;
  /** What the image starts comes to it. */
  readonly isUsed?: boolean | undefined;
  /** Of a package that only development needs. */
  readonly isDevDependency?: boolean | undefined;
  /** The lowest level of a slim that takes it away. */
  readonly removedBy?: RuleLevel | undefined;
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
