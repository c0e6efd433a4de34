// SPDX-License-Identifier: Apache-2.0

import PauseAgreement
import TransparencyLog

/// Models by name; a name stands for one checkpoint of one developer, for good.
///
/// A model that nobody registered is known from measurements alone: staying silent about one's
/// model is no way around a trigger.
struct ModelRegister: Sendable {
    struct Model: Sendable {
        let name: String
        /// Nil while no measurement named the checkpoint and nobody registered it.
        var digest: Digest?
        let parents: [Digest]
        /// The developer's place; nil for a model known from measurements alone.
        let developer: Int?
        var released: Time?
        /// The registration, or the first measurement.
        let entry: LogIndex
    }

    /// In the order of their entries.
    private(set) var models: [Model] = []
    /// Counts changes of what gates are told: models of a known checkpoint, and releases.
    private(set) var changes = 0
    /// By the name's bytes: a measured model may be called anything, and Swift takes a composed and
    /// a decomposed letter for one.
    private var byName: [[UInt8]: Int] = [:]
    private var byDigest: [Digest: Int] = [:]

    func place(of name: String) -> Int? { byName[Array(name.utf8)] }
    func place(of digest: Digest) -> Int? { byDigest[digest] }
    subscript(place: Int) -> Model { models[place] }

    mutating func register(_ model: Model) -> Int {
        let place = models.count
        byName[Array(model.name.utf8)] = place
        models.append(model)
        if let digest = model.digest {
            byDigest[digest] = place
            changes += 1
        }
        return place
    }

    /// A measurement names the checkpoint of a model that had none.
    mutating func name(_ digest: Digest, of place: Int) {
        models[place].digest = digest
        byDigest[digest] = place
        changes += 1
    }

    /// A developer registers a model that was known from measurements alone.
    mutating func claim(_ place: Int, as model: Model) {
        models[place] = model
        if let digest = model.digest { byDigest[digest] = place }
        changes += 1
    }

    mutating func release(_ place: Int, at time: Time) {
        models[place].released = time
        changes += 1
    }
}

extension Brake {
    mutating func register(
        _ registration: ModelRegistration, by place: Int, at index: LogIndex
    ) -> NoEffect.Reason? {
        // Under a pause, calling a model released would be a way out of it.
        let barred = causes.calledByDecision
        let registered = ModelRegister.Model(
            name: registration.model, digest: registration.digest, parents: registration.parents,
            developer: place, released: registration.released && barred.isEmpty ? clock : nil,
            entry: index)
        if let known = models.place(of: registration.model) {
            let model = models[known]
            guard let developer = model.developer else { return claim(known, as: registered) }
            guard developer == place else {
                return .modelOfAnother(
                    model: model.name, developer: roster.parties[developer].name)
            }
            guard model.digest == registration.digest, model.parents == registration.parents else {
                return .otherCheckpoint(model: model.name)
            }
            guard registration.released, model.released == nil else { return .nothingNew }
            guard barred.isEmpty else { return .releasedUnderOrder(causes: barred) }
            models.release(known, at: clock)
            return nil
        }
        // One checkpoint under a second name would start without its evidence.
        if let same = models.place(of: registration.digest) {
            return .digestRegistered(model: models[same].name)
        }
        begin(registered)
        return nil
    }

    private mutating func begin(_ model: ModelRegister.Model) {
        let place = models.register(model)
        weigh {
            $0.beginModel(owner: model.developer, at: $1)
            if model.developer != nil { $0.schedule(.model(place), at: $1) }
        }
    }

    /// The evidence that others gave stays; the developer only takes its place beside it.
    private mutating func claim(
        _ place: Int, as model: ModelRegister.Model
    ) -> NoEffect.Reason? {
        if let measured = models[place].digest, measured != model.digest {
            return .otherCheckpoint(model: model.name)
        }
        if let same = model.digest.flatMap({ models.place(of: $0) }), same != place {
            return .digestRegistered(model: models[same].name)
        }
        models.claim(place, as: model)
        weigh {
            $0.setOwner(model.developer, ofModel: place)
            $0.schedule(.model(place), at: $1)
        }
        if let developer = model.developer { accuse(developer, of: .model(place), at: model.entry) }
        return nil
    }

    /// Takes note of a model that a third party has measured, registered or not; says why not.
    mutating func note(
        _ name: String, digest: Digest?, at index: LogIndex
    ) -> NoEffect.Reason? {
        let place = models.place(of: name)
        if let digest, let same = models.place(of: digest), same != place {
            return .digestRegistered(model: models[same].name)
        }
        guard let place else {
            begin(
                ModelRegister.Model(
                    name: name, digest: digest, parents: [], developer: nil, released: nil,
                    entry: index))
            return nil
        }
        if let digest, models[place].digest == nil { models.name(digest, of: place) }
        return nil
    }
}
