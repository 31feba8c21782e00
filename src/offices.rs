//! Postal code → employment agency district and Jobcenter: all candidates, never a guess.
//!
//! Reads the tables of `rules/offices/`. What a table does not say (an office's official name, the district of a Berlin code) stays
//! unknown here, too.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::facts::PostalCode;

/// What is known about where a postal code lies; the order is the order of the cells of a postal-code fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostalClass {
    /// One employment agency district.
    OneDistrict,
    /// More than one district, outside Berlin: the municipality decides.
    SeveralDistricts,
    /// Berlin, wholly or partly: the Bezirk decides.
    Berlin,
    /// Not in the table.
    NotListed,
}

impl PostalClass {
    /// Every class, in the order of cells.
    pub const ALL: [Self; 4] = [
        Self::OneDistrict,
        Self::SeveralDistricts,
        Self::Berlin,
        Self::NotListed,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneDistrict => "one-district",
            Self::SeveralDistricts => "several-districts",
            Self::Berlin => "berlin",
            Self::NotListed => "not-listed",
        }
    }

    /// The number of the cell of a postal-code fact.
    #[must_use]
    pub fn cell(self) -> u8 {
        match self {
            Self::OneDistrict => 0,
            Self::SeveralDistricts => 1,
            Self::Berlin => 2,
            Self::NotListed => 3,
        }
    }
}

/// How far the name of an agency can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameStatus {
    /// A page that carries the name was seen.
    Official,
    /// The largest municipality served by the main office; neither the official name nor the address.
    DerivedPlace,
}

impl NameStatus {
    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::DerivedPlace => "derived-place",
        }
    }
}

/// An employment agency district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Three-digit number.
    pub number: String,
    /// Name, or a derived place label.
    pub name: String,
    /// Which of the two.
    pub name_status: NameStatus,
    /// The office's own page, only where one was seen; never the report in which a name was found.
    pub page: Option<String>,
}

/// A Jobcenter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jobcenter {
    /// Five-digit number.
    pub number: String,
    /// Name as the ordinance lists it.
    pub name: String,
    /// `gE` (joint body) or `zkT` (municipality alone).
    pub form: String,
}

/// One pair of offices a postal code may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The employment agency district.
    pub agency: &'a Agency,
    /// The Jobcenter.
    pub jobcenter: &'a Jobcenter,
    /// The Berlin Bezirk, as an option of `berlinDistrict`.
    pub district: Option<&'a str>,
}

/// A pair of offices, by their places in the lists.
#[derive(Clone, Debug)]
struct Pair {
    agency: usize,
    jobcenter: usize,
    district: Option<String>,
    /// Covers this municipality only, not the rest of its Kreis.
    only_in: Option<String>,
}

#[derive(Clone, Debug)]
struct Area {
    kreis: String,
    place: String,
    one_place: bool,
}

/// The office tables.
#[derive(Debug, Default)]
pub struct OfficeTable {
    agencies: Vec<Agency>,
    jobcenters: Vec<Jobcenter>,
    pairs: HashMap<String, Vec<Pair>>,
    areas: HashMap<PostalCode, Vec<Area>>,
}

/// The fact that names a Berlin Bezirk; its options are the Bezirke of the tables.
pub const DISTRICT_FACT: &str = "berlinDistrict";

/// Kreis key of Berlin.
const BERLIN: &str = "11000";

impl OfficeTable {
    /// Day whose offices the tables describe.
    pub const DATA_AS_OF: Date = jiff::civil::date(2026, 1, 1);
    /// The finder of the Bundesagentur; the pattern was seen in public code, not opened.
    const FINDER: &'static str =
        "https://web.arbeitsagentur.de/portal/metasuche/suche/dienststellen";

    /// Reads the four tables; `file` gives the text of a table by its name.
    ///
    /// # Errors
    /// The name of the table and what is wrong with it.
    pub fn read<'a>(file: impl Fn(&str) -> Option<&'a str>) -> Result<Self, (String, String)> {
        let mut table = Self::default();
        let rows = |name: &str, columns: &[&str]| -> Result<Vec<Vec<String>>, (String, String)> {
            let text =
                file(name).ok_or_else(|| (name.to_owned(), "the table is missing".to_owned()))?;
            read_columns(text, columns).map_err(|message| (name.to_owned(), message))
        };
        let mut agency_places = HashMap::new();
        for row in rows(
            "agenturen.csv",
            &["agentur_nr", "main_office_place", "official_name", "page"],
        )? {
            let [number, place, official, page] = four(row);
            let name_status = if official.is_empty() {
                NameStatus::DerivedPlace
            } else {
                NameStatus::Official
            };
            let name = if official.is_empty() { place } else { official };
            agency_places.insert(number.clone(), table.agencies.len());
            let page = (!page.is_empty()).then_some(page);
            table.agencies.push(Agency {
                number,
                name,
                name_status,
                page,
            });
        }
        let mut jobcenter_places = HashMap::new();
        for row in rows(
            "jobcenter_2026.csv",
            &["jobcenter_nr", "form", "name", "agentur_nr"],
        )? {
            let [number, form, name, _] = four(row);
            jobcenter_places.insert(number.clone(), table.jobcenters.len());
            table.jobcenters.push(Jobcenter { number, name, form });
        }
        let kreise = "kreis_agentur_jobcenter.csv";
        for row in rows(
            kreise,
            &["kreis_ags", "agentur_nr", "jobcenter_nr", "match_method"],
        )? {
            let [kreis, agency, jobcenter, method] = four(row);
            let unknown = |what: &str, number: &str| {
                (kreise.to_owned(), format!("{what} {number} is in no list"))
            };
            let agency = *agency_places
                .get(&agency)
                .ok_or_else(|| unknown("agency", &agency))?;
            let jobcenter = *jobcenter_places
                .get(&jobcenter)
                .ok_or_else(|| unknown("Jobcenter", &jobcenter))?;
            let name = table
                .jobcenters
                .get(jobcenter)
                .map(|jobcenter| jobcenter.name.clone())
                .unwrap_or_default();
            let district = (kreis == BERLIN).then(|| slug(&name));
            let only_in = (method == "part-of-kreis").then_some(name);
            table.pairs.entry(kreis).or_default().push(Pair {
                agency,
                jobcenter,
                district,
                only_in,
            });
        }
        let codes = "plz_kreis.csv";
        for row in rows(codes, &["plz", "kreis_ags", "ort", "n_places"])? {
            let [code, kreis, place, places] = four(row);
            let code = PostalCode::parse(&code)
                .ok_or_else(|| (codes.to_owned(), "a code has not five digits".to_owned()))?;
            let one_place = places == "1";
            table.areas.entry(code).or_default().push(Area {
                kreis,
                place,
                one_place,
            });
        }
        Ok(table)
    }

    /// Every pair of offices the code may belong to, the likelier first; with a Berlin Bezirk only those of the Bezirk.
    #[must_use]
    pub fn candidates(&self, code: PostalCode, district: Option<&str>) -> Vec<Candidate<'_>> {
        let mut found: Vec<Candidate<'_>> = Vec::new();
        let mut of_the_place: Vec<&str> = Vec::new();
        for area in self.areas.get(&code).map_or(&[][..], Vec::as_slice) {
            for pair in self.pairs.get(&area.kreis).map_or(&[][..], Vec::as_slice) {
                // A Jobcenter of one municipality is left out only where the table names another single place.
                let elsewhere = pair.only_in.as_ref().is_some_and(|place| {
                    area.one_place
                        && !area.place.is_empty()
                        && !area.place.starts_with(place.as_str())
                });
                let candidate = match (
                    self.agencies.get(pair.agency),
                    self.jobcenters.get(pair.jobcenter),
                ) {
                    (Some(agency), Some(jobcenter)) => Candidate {
                        agency,
                        jobcenter,
                        district: pair.district.as_deref(),
                    },
                    _ => continue,
                };
                let named = |place: &String| area.place.starts_with(place.as_str());
                if pair.only_in.as_ref().is_some_and(named) {
                    of_the_place.push(&candidate.jobcenter.number);
                }
                if !elsewhere && !found.contains(&candidate) {
                    found.push(candidate);
                }
            }
        }
        // A Bezirk says that the place lies in Berlin, so it settles a code on the border, too; one that fits no candidate settles nothing.
        if let Some(district) = district
            && found
                .iter()
                .any(|candidate| candidate.district == Some(district))
        {
            found.retain(|candidate| candidate.district == Some(district));
        }
        // The Jobcenter of the municipality that the code names comes before that of the Kreis around it.
        found.sort_by_key(|candidate| {
            (
                &candidate.agency.number,
                !of_the_place.contains(&candidate.jobcenter.number.as_str()),
                &candidate.jobcenter.number,
            )
        });
        found
    }

    /// What is known about where the code lies.
    #[must_use]
    pub fn class(&self, code: PostalCode) -> PostalClass {
        let Some(areas) = self.areas.get(&code) else {
            return PostalClass::NotListed;
        };
        if areas.iter().any(|area| area.kreis == BERLIN) {
            return PostalClass::Berlin;
        }
        let mut agencies = areas
            .iter()
            .filter_map(|area| self.pairs.get(&area.kreis))
            .flatten()
            .map(|pair| pair.agency);
        match agencies.next() {
            None => PostalClass::NotListed,
            Some(first) if agencies.all(|agency| agency == first) => PostalClass::OneDistrict,
            Some(_) => PostalClass::SeveralDistricts,
        }
    }

    /// Every code of a class, in ascending order; for examples that somebody can send.
    pub fn codes_of(&self, class: PostalClass) -> impl Iterator<Item = PostalCode> {
        (0..100_000)
            .filter_map(|number| PostalCode::parse(&format!("{number:05}")))
            .filter(move |code| self.class(*code) == class)
    }

    /// The most frequent place name of the code, if the table names one.
    #[must_use]
    pub fn place(&self, code: PostalCode) -> Option<&str> {
        let areas = self.areas.get(&code)?;
        areas
            .iter()
            .map(|area| area.place.as_str())
            .find(|place| !place.is_empty())
    }

    /// Links to the official office finder for a code.
    #[must_use]
    pub fn finder_urls(code: PostalCode) -> [String; 2] {
        ["arbeitsagenturen", "jobcenter"]
            .map(|kind| format!("{}?in={kind}&plz={code}", Self::FINDER))
    }

    /// Number of postal codes in the table.
    #[must_use]
    pub fn codes(&self) -> usize {
        self.areas.len()
    }
}

/// The option of `berlinDistrict` for the name of a Bezirk.
fn slug(name: &str) -> String {
    name.to_lowercase()
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue")
        .replace('ß', "ss")
}

fn four(row: Vec<String>) -> [String; 4] {
    let mut cells = row.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// The named columns of a table with a header row, in the order asked for.
fn read_columns(text: &str, columns: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let places: Vec<usize> = columns
        .iter()
        .map(|column| {
            header
                .iter()
                .position(|name| name == *column)
                .ok_or_else(|| format!("the column {column} is missing"))
        })
        .collect::<Result<_, _>>()?;
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| error.to_string())?;
            Ok(places
                .iter()
                .map(|place| record.get(*place).unwrap_or_default().to_owned())
                .collect())
        })
        .collect()
}
