/** Something that is asked of an image when it runs. */
export type Trial = RunTrial | HttpTrial | ProbeTrial;

interface Asked {
  /** As the user wrote it. */
  readonly subject: string;
}

/** A command line in a container of its own. */
export interface RunTrial extends Asked {
  readonly kind: 'run';
  readonly words: readonly string[];
}

/** A request to what the image starts. */
export interface HttpTrial extends Asked {
  readonly kind: 'http';
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly port: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A program of this machine that asks what the image starts. */
export interface ProbeTrial extends Asked {
  readonly kind: 'probe';
  readonly program: string;
}

/** What came of a trial. */
export interface Answer {
  readonly text: string;
  /** There is none to compare: `text` says what kept the image from answering. */
  readonly isFault: boolean;
}

export const answered = (text: string): Answer => ({ text, isFault: false });
export const unanswered = (text: string): Answer => ({ text, isFault: true });

/** All that is asked of each image, and how its containers run. */
export interface TrialPlan {
  readonly trials: readonly Trial[];
  /** Where what the image starts listens; `undefined` where nothing says so. */
  readonly port: number | undefined;
  readonly env: readonly string[];
  readonly network: string;
  /** Milliseconds. */
  readonly wait: number;
}
