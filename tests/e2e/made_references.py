"""An archive made to be refused in every way that references and ids can cause, and what must come of it.
usage: python3 made_references.py FILE.ndjson.gz [COUNT]   writes the archive, prints what to expect."""
import gzip
import json
import random
import sys

CODING = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}


class Archive:
    """`count` resources in an order without any sense: patients with encounters, conditions and observations. Of all
    of them 1 % refer to what is not there, 0.5 % are Encounters and Conditions that name each other, 2 % have ids of
    digits only, 1 % have none."""

    def __init__(self, count, seed=20261125):
        self.random = random.Random(seed)
        self.count, self.lines, self.expected_missing, self.numbers = count, [], {}, 0
        patients = count // 50
        self.patients = [self.new_id("p") for _ in range(patients)]
        for patient in self.patients:
            self.add("Patient", patient, gender="unknown")
        self.make_circles(count // 400)
        self.make_dangling(count // 100)
        self.make_chains(count - len(self.lines) - count // 100)
        for number in range(count // 100):
            self.add("Basic", None, code={"text": f"without id {number}"}, subject=self.a_patient())
        self.random.shuffle(self.lines)

    def new_id(self, prefix):
        """Ids of digits only for 2 %, and beside them the same ones with a letter in front."""
        self.numbers += 1
        return str(self.numbers) if self.numbers % 50 == 0 else f"{prefix}-{self.numbers}"

    def add(self, kind, identifier, **elements):
        name = {} if identifier is None else {"id": identifier}
        self.lines.append(json.dumps({"resourceType": kind, **name, **elements}, separators=(",", ":")))

    def a_patient(self):
        return {"reference": f"Patient/{self.random.choice(self.patients)}"}

    def add_encounter(self, identifier, patient, **elements):
        self.add("Encounter", identifier, status="finished", subject=patient,
                 **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}}, **elements)

    def make_circles(self, count):
        """Half of them in one patient's hands, half over two patients', so that no bundle has them by chance."""
        for number in range(count):
            encounter, condition, one = self.new_id("ec"), self.new_id("cc"), self.a_patient()
            other = one if number % 2 else self.a_patient()
            self.add_encounter(encounter, one,
                               diagnosis=[{"condition": {"reference": f"Condition/{condition}"}}])
            self.add("Condition", condition, subject=other, encounter={"reference": f"Encounter/{encounter}"})

    def make_dangling(self, count):
        for number in range(count):
            identifier, missing = self.new_id("d"), f"Encounter/nowhere-{number % 97}"
            self.expected_missing[f"Observation/{identifier}"] = missing
            self.add("Observation", identifier, status="final", code=CODING, subject=self.a_patient(),
                     encounter={"reference": missing})

    def make_chains(self, count):
        """Observations that refer to an Encounter, and to each other along chains of up to five."""
        encounters, before = [], None
        for number in range(count):
            patient = self.a_patient()
            if number % 8 == 0:
                encounters.append(self.new_id("e"))
                self.add_encounter(encounters[-1], patient)
                continue
            observation = self.new_id("o")
            member = {"hasMember": [{"reference": f"Observation/{before}"}]} if before else {}
            self.add("Observation", observation, status="final", code=CODING, subject=patient,
                     encounter={"reference": f"Encounter/{self.random.choice(encounters)}"}, **member)
            before = observation if number % 5 else None

    def write(self, path):
        with gzip.open(path, "wt", compresslevel=1) as out:
            out.write("\n".join(self.lines) + "\n")

    def expected(self):
        rejected = len(self.expected_missing)
        return {"read": self.count, "loaded": self.count - rejected, "duplicate": 0, "rejected": rejected}


if __name__ == "__main__":
    made = Archive(int(sys.argv[2]) if len(sys.argv) > 2 else 50_000)
    made.write(sys.argv[1])
    print(json.dumps(made.expected()))
