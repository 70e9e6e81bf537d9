/**
 * The data of a page that `--html` writes: what `report/page` and `page` agree on. Texts are printable, sizes are
 * bytes. There may be a million files, so that they are columns, and numbers of things in lists count from 1 where
 * 0 stands for none.
 */
export interface PageDocument {
  readonly kind: 'inspect' | 'slim' | 'diff';
  /** What the page is about: the name of the image. */
  readonly title: string;
  /** Beside the title: where a slim was written to, or what was compared. */
  readonly target?: string | undefined;
  /** Version of reslim. */
  readonly reslim: string;
  readonly notes: readonly string[];
  /** One for each platform. */
  readonly images: readonly PageImage[];
}

export interface PageImage {
  readonly platform: string;
  readonly digest: string;
  readonly figures: readonly PageFigure[];
  /** What was and what is, of a slim or a diff. */
  readonly changes: readonly PageChange[];
  /** What may become of a file. The order of bars, legends and columns of `PageVerdicts`. */
  readonly states: readonly PageState[];
  readonly layers: readonly PageLayer[];
  readonly packages: readonly PagePackage[];
  readonly secrets: readonly string[];
  /** What else is to be told, each as lines: settings and steps that differ. */
  readonly lists: readonly PageList[];
  readonly files: PageFiles;
  /** Ways to see the files, the first one first: one for each level. */
  readonly verdicts: readonly PageVerdicts[];
}

export interface PageList {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A number that sums the image up, as text. */
export interface PageFigure {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

export interface PageChange {
  readonly label: string;
  readonly before: number;
  readonly after: number;
  readonly unit: 'bytes' | 'count';
  /** Whether `after` is an estimate. */
  readonly about?: true | undefined;
}

export interface PageState {
  /** How it is drawn. */
  readonly id: 'kept' | 'removed' | 'wasted' | 'added' | 'changed' | 'same';
  readonly label: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
}

export interface PageLayer {
  /** The line of the Dockerfile; empty where the history does not tell. */
  readonly step: string;
  readonly digest: string;
  readonly stored: number;
  readonly unpacked: number;
  readonly used: number;
  readonly wasted: number;
}

export interface PagePackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly files: number;
  /** In a diff by how many it grew. */
  readonly bytes: number;
  readonly isRemoved?: true | undefined;
}

/** Columns, one element for each file, in an order in which the files of a folder lie together. */
export interface PageFiles {
  /** How many folders of the path are those of the file before. */
  readonly shared: readonly number[];
  /** The rest of the path. */
  readonly rest: readonly string[];
  readonly sizes: readonly number[];
  /** The number of its layer; 0 for a file that is only in an image without a list of layers. */
  readonly layers: readonly number[];
  /** The number of its package. */
  readonly packages: readonly number[];
  /** The number of a text that says why it is wasted. */
  readonly wasted: readonly number[];
  /** The number of a text that says how the image uses it. */
  readonly used: readonly number[];
  readonly texts: readonly string[];
}

/** What becomes of each file. */
export interface PageVerdicts {
  readonly label: string;
  /** The position of the state of each file. */
  readonly states: readonly number[];
  /** The number of the reason for it. */
  readonly reasons: readonly number[];
  readonly reasonList: readonly PageReason[];
  /** What could be told of the use of the image, at `minimal`. */
  readonly use?: PageUse | undefined;
}

export interface PageUse {
  /** `closed`, `covered` or `open`; empty where `minimal` does what `lean` does. */
  readonly confidence: string;
  /** What that means, in a sentence. */
  readonly meaning: string;
  /** What could not be told, with file and line. */
  readonly open: readonly string[];
  /** Places that are not listed. */
  readonly moreOpen: number;
  /** Programs and libraries with what only they need. */
  readonly costs: readonly PageCost[];
}

export interface PageCost {
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
  /** How the image comes to use it. */
  readonly used: string;
}

export interface PageReason {
  readonly rule: string;
  readonly category: string;
  readonly text: string;
  /** URL of the evidence. */
  readonly source: string;
}
