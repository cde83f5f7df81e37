/**
 * Randomized truncated singular value decomposition of a sparse matrix (Halko, Martinsson and Tropp, "Finding
 * structure with randomness", 2011, algorithms 4.4 and 5.1). The same matrix and seed give the same result.
 */
import { normalNumbers, uniformNumbers } from "../platform/random-numbers.ts";

/** Compressed sparse rows: row `i` has `columns` and `values` from `starts[i]` to `starts[i + 1]`. */
export type SparseRows = {
  readonly columnCount: number;
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
};

export type SvdOptions = {
  readonly rank: number;
  /** Extra directions that make the wanted ones accurate. */
  readonly oversampling?: number;
  /** Passes that sharpen the spectrum; two are enough for text. */
  readonly iterations?: number;
  readonly seed?: number;
};

/** The `rank` leading right singular vectors, each of length `columnCount`, and their singular values, descending. */
export type TruncatedSvd = {
  readonly vectors: readonly Float64Array[];
  readonly singularValues: Float64Array;
};

export function truncatedSvd(matrix: SparseRows, options: SvdOptions): TruncatedSvd {
  const rowCount = matrix.starts.length - 1;
  const directions = Math.min(
    options.rank + (options.oversampling ?? 10),
    rowCount,
    matrix.columnCount,
  );
  const normal = normalNumbers(uniformNumbers(options.seed ?? 1));
  const random = Array.from({ length: directions }, () => {
    const vector = new Float64Array(matrix.columnCount);
    for (let column = 0; column < vector.length; column += 1) vector[column] = normal();
    return vector;
  });
  // Dense work is done on the side of the rows, which are fewer than the words of a language.
  const squared = (vectors: readonly Float64Array[]) =>
    multiply(matrix, multiplyTransposed(matrix, vectors));
  let left = orthonormal(multiply(matrix, random));
  for (let iteration = 0; iteration < (options.iterations ?? 2); iteration += 1) {
    left = orthonormal(squared(left));
  }

  // Within the subspace that `left` spans, A·Aᵀ is a small symmetric matrix.
  const image = squared(left);
  const small = left.map((row) => Float64Array.from(image, (other) => dot(row, other)));
  const { values, vectors } = symmetricEigen(small);
  const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const kept = order
    .slice(0, options.rank)
    .filter((index) => (values[index] ?? 0) > 1e-10 * (values[order[0] ?? 0] ?? 0));
  const leftVectors = kept.map((index) => {
    const combined = new Float64Array(rowCount);
    for (const [at, vector] of left.entries())
      addScaled(combined, vector, vectors[at]?.[index] ?? 0);
    return combined;
  });
  const rightVectors = multiplyTransposed(matrix, leftVectors);
  for (const vector of rightVectors) normalise(vector);
  return {
    vectors: rightVectors,
    singularValues: Float64Array.from(kept, (index) => Math.sqrt(values[index] ?? 0)),
  };
}

/** A·v for each vector. Four at a time, because finding an entry costs more than using it. */
function multiply(matrix: SparseRows, vectors: readonly Float64Array[]): Float64Array[] {
  const { starts, columns, values } = matrix;
  const rows = starts.length - 1;
  const results = vectors.map(() => new Float64Array(rows));
  for (let at = 0; at < vectors.length; at += 4) {
    const [a, b, c, d] = fourOf(vectors, at, matrix.columnCount);
    const [p, q, r, s] = fourOf(results, at, rows);
    for (let row = 0; row < rows; row += 1) {
      const end = starts[row + 1] as number;
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
      for (let entry = starts[row] as number; entry < end; entry += 1) {
        const column = columns[entry] as number;
        const value = values[entry] as number;
        sumA += value * (a[column] as number);
        sumB += value * (b[column] as number);
        sumC += value * (c[column] as number);
        sumD += value * (d[column] as number);
      }
      p[row] = sumA;
      q[row] = sumB;
      r[row] = sumC;
      s[row] = sumD;
    }
  }
  return results;
}

/** Aᵀ·v for each vector. */
function multiplyTransposed(matrix: SparseRows, vectors: readonly Float64Array[]): Float64Array[] {
  const { starts, columns, values } = matrix;
  const rows = starts.length - 1;
  const results = vectors.map(() => new Float64Array(matrix.columnCount));
  for (let at = 0; at < vectors.length; at += 4) {
    const [a, b, c, d] = fourOf(vectors, at, rows);
    const [p, q, r, s] = fourOf(results, at, matrix.columnCount);
    for (let row = 0; row < rows; row += 1) {
      const end = starts[row + 1] as number;
      const [factorA, factorB, factorC, factorD] = [a[row], b[row], c[row], d[row]] as [
        number,
        number,
        number,
        number,
      ];
      for (let entry = starts[row] as number; entry < end; entry += 1) {
        const column = columns[entry] as number;
        const value = values[entry] as number;
        p[column] = (p[column] as number) + factorA * value;
        q[column] = (q[column] as number) + factorB * value;
        r[column] = (r[column] as number) + factorC * value;
        s[column] = (s[column] as number) + factorD * value;
      }
    }
  }
  return results;
}

/** The four vectors from `at` on; places beyond the last are filled with vectors of zeros. */
function fourOf(
  vectors: readonly Float64Array[],
  at: number,
  length: number,
): readonly [Float64Array, Float64Array, Float64Array, Float64Array] {
  const of = (offset: number) => vectors[at + offset] ?? new Float64Array(length);
  return [of(0), of(1), of(2), of(3)];
}

/** Modified Gram-Schmidt, in place; directions that vanish are dropped. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const kept: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    for (const other of kept) addScaled(vector, other, -dot(vector, other));
    const after = Math.sqrt(dot(vector, vector));
    if (after <= 1e-9 * before || after === 0) continue;
    scale(vector, 1 / after);
    kept.push(vector);
  }
  return kept;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) {
    sum += (a[index] as number) * (b[index] as number);
  }
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index += 1) {
    target[index] = (target[index] as number) + factor * (source[index] as number);
  }
}

function scale(vector: Float64Array, factor: number): void {
  for (let index = 0; index < vector.length; index += 1) {
    vector[index] = (vector[index] as number) * factor;
  }
}

function normalise(vector: Float64Array): void {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) scale(vector, 1 / length);
}

/** Eigenvalues and vectors (by column) of a small symmetric matrix: cyclic Jacobi rotations. */
function symmetricEigen(matrix: Float64Array[]): {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
} {
  const size = matrix.length;
  const vectors = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (_, column) => (row === column ? 1 : 0)),
  );
  const at = (row: number, column: number) => matrix[row]?.[column] ?? 0;
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    let diagonal = 0;
    for (let p = 0; p < size; p += 1) {
      diagonal += at(p, p) ** 2;
      for (let q = p + 1; q < size; q += 1) off += at(p, q) ** 2;
    }
    if (off <= 1e-22 * diagonal) break;
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) rotate(matrix, vectors, p, q);
    }
  }
  return { values: Float64Array.from(matrix, (_, index) => at(index, index)), vectors };
}

function rotate(matrix: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const rowP = matrix[p] as Float64Array;
  const rowQ = matrix[q] as Float64Array;
  const pq = rowP[q] as number;
  if (pq === 0) return;
  const theta = ((rowQ[q] as number) - (rowP[p] as number)) / (2 * pq);
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (const row of matrix) {
    const a = row[p] as number;
    const b = row[q] as number;
    row[p] = cosine * a - sine * b;
    row[q] = sine * a + cosine * b;
  }
  for (let column = 0; column < matrix.length; column += 1) {
    const a = rowP[column] as number;
    const b = rowQ[column] as number;
    rowP[column] = cosine * a - sine * b;
    rowQ[column] = sine * a + cosine * b;
  }
  for (const row of vectors) {
    const a = row[p] as number;
    const b = row[q] as number;
    row[p] = cosine * a - sine * b;
    row[q] = sine * a + cosine * b;
  }
}
