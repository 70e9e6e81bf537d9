/**
 * What is changed of the documents of images on the way. What is unset goes first, so that a name that is also set
 * has the new value. See docs/edits.md.
 */
export interface ImageEdits {
  /** `os/arch[/variant]` of the images that are changed. @default all of them */
  readonly platforms?: readonly string[] | undefined;
  /** Variables, by name. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Names of variables; their values are taken out of the history, too. */
  readonly unsetEnv?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly unsetLabels?: readonly string[] | undefined;
  /** Of manifests. One of Docker's becomes one of OCI's, since Docker's have none. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly unsetAnnotations?: readonly string[] | undefined;
  /**
   * Words, or a text that has them between blanks or is a JSON list; an empty one clears it. As in a Dockerfile, the command
   * of the image goes with its old entrypoint, unless `cmd` sets one.
   */
  readonly entrypoint?: string | readonly string[] | undefined;
  readonly cmd?: string | readonly string[] | undefined;
  /** `user[:group]`, names or ids; an empty text clears it. */
  readonly user?: string | undefined;
  /** Absolute; an empty text clears it. */
  readonly workdir?: string | undefined;
  /** `8080`, `53/udp`. */
  readonly expose?: readonly string[] | undefined;
  readonly unsetExpose?: readonly string[] | undefined;
  /** Absolute paths. */
  readonly volumes?: readonly string[] | undefined;
  readonly unsetVolumes?: readonly string[] | undefined;
  /** `SIGINT`, `INT` or `2`; an empty text clears it. */
  readonly stopSignal?: string | undefined;
  /** As in a Dockerfile: `[--interval=30s …] CMD …` or `NONE`; an empty text clears it. */
  readonly healthcheck?: string | undefined;
  /** Whole seconds since the epoch. */
  readonly created?: number | undefined;
  /** Takes the values of build arguments out of the history. @default false */
  readonly scrubBuildArgs?: boolean | undefined;
}
