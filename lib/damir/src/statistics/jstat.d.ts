/** The part of jStat that is used: it brings no types of its own, and is a CommonJS module. */
declare module "jstat" {
  interface LeastSquares {
    coef: number[];
    t: { se: number[]; interval95: [number, number][] };
  }
  const jstat: {
    jStat: {
      models: { ols(y: readonly number[], x: readonly (readonly number[])[]): LeastSquares };
      chisquare: { inv(probability: number, degrees: number): number };
    };
  };
  export default jstat;
}
