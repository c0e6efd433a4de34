// SPDX-License-Identifier: Apache-2.0

/// Ordinary least squares with a few columns.
struct LeastSquares {
    let coefficients: [Double]
    /// The covariance of the coefficients, with the variance of the residuals.
    let covariance: [[Double]]
    let residualSum: Double
    let degreesOfFreedom: Int

    /// Nil where the columns do not determine the coefficients, or leave no degree of freedom.
    ///
    /// Source: Björck 1996, Numerical Methods for Least Squares Problems, 2.4 (modified
    /// Gram–Schmidt).
    init?(columns: [[Double]], response: [Double]) {
        let count = columns.count
        guard response.count > count else { return nil }
        func product(_ left: [Double], _ right: [Double]) -> Double {
            zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var unit: [[Double]] = []
        var r = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for (place, column) in columns.enumerated() {
            var rest = column
            for earlier in unit.indices {
                r[earlier][place] = product(unit[earlier], rest)
                for i in rest.indices { rest[i] -= r[earlier][place] * unit[earlier][i] }
            }
            let length = product(rest, rest).squareRoot()
            guard length > 1e-10 * product(column, column).squareRoot(), length > 0 else {
                return nil
            }
            r[place][place] = length
            unit.append(rest.map { $0 / length })
        }
        var residual = response
        var projected: [Double] = []
        for direction in unit {
            let share = product(direction, residual)
            projected.append(share)
            for i in residual.indices { residual[i] -= share * direction[i] }
        }
        let inverse = Self.inverse(ofUpper: r)
        coefficients = inverse.map { product($0, projected) }
        residualSum = product(residual, residual)
        degreesOfFreedom = response.count - count
        let variance = residualSum / Double(response.count - count)
        covariance = inverse.map { row in inverse.map { variance * product(row, $0) } }
    }

    private static func inverse(ofUpper r: [[Double]]) -> [[Double]] {
        let count = r.count
        var inverse = r.map { $0.map { _ in 0.0 } }
        for column in 0..<count {
            inverse[column][column] = 1 / r[column][column]
            for row in (0..<column).reversed() {
                var sum = 0.0
                for k in (row + 1)...column { sum += r[row][k] * inverse[k][column] }
                inverse[row][column] = -sum / r[row][row]
            }
        }
        return inverse
    }
}
