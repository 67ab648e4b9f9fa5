/** The used part of the `cliui` package, which has no types. */
declare module 'cliui' {
  export interface Cell {
    text: string;
    /** With its padding. */
    width: number;
    align?: 'left' | 'right';
    /** Top, right, bottom, left. */
    padding: [number, number, number, number];
  }
  export default function cliui(options: { width: number; wrap: boolean }): {
    div(...cells: Cell[]): void;
    toString(): string;
  };
}
