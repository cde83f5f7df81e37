export const SUFFICIENCY_WEIGHTS: { bias: number; threshold: number; weights: Record<string, number> } = { bias: 0, threshold: 0.5, weights: {} };
