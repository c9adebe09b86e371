/** The part of jStat that is used: it brings no types of its own. */
declare module "jstat" {
  interface LeastSquares {
    coef: number[];
    t: { se: number[]; interval95: [number, number][] };
  }
  export const jStat: {
    models: { ols(y: readonly number[], x: readonly (readonly number[])[]): LeastSquares };
    chisquare: { inv(probability: number, degrees: number): number };
  };
}
