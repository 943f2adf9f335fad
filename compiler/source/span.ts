// Places in source texts. Offsets are UTF-16 units, spans are half-open.

export interface Span {
  readonly start: number
  readonly end: number
}

/** A span in a file. The standard library's files have paths `std/….lossdsl`. */
export interface Location {
  readonly path: string
  readonly span: Span
}

export interface SourceFile {
  readonly path: string
  readonly text: string
}
