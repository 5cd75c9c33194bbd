//! A seller on the marketplace.
use super::Plan;
use kernel::{Timestamp, UserId, VendorId};
use std::{fmt, str::FromStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pending,
    Active,
    Vacation,
    Suspended,
    Terminated,
}

/// 3 to 60 small letters, digits and hyphens, no hyphen at an end: part of the address of its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxData {
    /// ISO 3166, two letters: where it is established.
    pub country: String,
    /// As it was given; nobody checks it here.
    pub tax_id: Option<String>,
    /// It charges no tax on what it sells.
    pub exempt: bool,
}

/// What a vendor says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub slug: Slug,
    pub bio: String,
    pub tax: TaxData,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    pub id: VendorId,
    /// Who may act for it from the first day; none for one that was imported.
    pub owner: Option<UserId>,
    pub profile: Profile,
    pub status: Status,
    /// Why it was suspended or terminated.
    pub reason: Option<String>,
    pub plan: Plan,
    /// When it was first approved.
    pub approved: Option<Timestamp>,
    pub version: i64,
}

pub struct NewVendor {
    pub id: VendorId,
    pub owner: Option<UserId>,
    pub profile: Profile,
    pub plan: Plan,
}

/// What can happen to its standing. The vendor itself goes on vacation and comes back; the rest is the operator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    Approve,
    Leave,
    Return,
    Suspend(String),
    Reinstate,
    Terminate(String),
}

/// What the world is told. One a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Approved,
    /// Name, slug, or whether it sells.
    Changed,
    /// It sells nothing any more.
    Suspended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalMove(pub Status);

impl Vendor {
    pub fn apply(new: NewVendor) -> Vendor {
        let NewVendor { id, owner, profile, plan } = new;
        Vendor { id, owner, profile, status: Status::Pending, reason: None, plan, approved: None, version: 1 }
    }

    /// One that sells from the first day.
    pub fn imported(new: NewVendor, now: Timestamp) -> (Vendor, Vec<Event>) {
        let vendor = Vendor { status: Status::Active, approved: Some(now), ..Vendor::apply(new) };
        (vendor, vec![Event::Approved])
    }

    pub fn step(&mut self, step: Move, now: Timestamp) -> Result<Vec<Event>, IllegalMove> {
        use Status::{Active, Pending, Suspended, Terminated, Vacation};
        let (status, reason, event) = match (self.status, step) {
            (Pending, Move::Approve) => (Active, None, Event::Approved),
            (Active, Move::Leave) => (Vacation, None, Event::Changed),
            (Vacation, Move::Return) | (Suspended, Move::Reinstate) => (Active, None, Event::Changed),
            (Active | Vacation, Move::Suspend(why)) => (Suspended, Some(why), Event::Suspended),
            (Pending | Active | Vacation | Suspended, Move::Terminate(why)) => {
                (Terminated, Some(why), Event::Suspended)
            }
            (status, _) => return Err(IllegalMove(status)),
        };
        if event == Event::Approved {
            self.approved = Some(now);
        }
        (self.status, self.reason) = (status, reason);
        self.version += 1;
        Ok(vec![event])
    }

    /// What is not shown of it while it does not sell is told all the same: a list that hears it stays right.
    pub fn describe(&mut self, profile: Profile) -> Vec<Event> {
        if self.profile == profile {
            return vec![];
        }
        self.profile = profile;
        self.version += 1;
        vec![Event::Changed]
    }

    /// From the next accepted quote on.
    pub fn put_on(&mut self, plan: Plan) {
        self.plan = Plan { version: self.plan.version + 1, ..plan };
    }

    /// Its page can be read: on vacation, too.
    pub fn is_shown(&self) -> bool {
        matches!(self.status, Status::Active | Status::Vacation)
    }
}

impl Status {
    pub const ALL: [Status; 5] =
        [Status::Pending, Status::Active, Status::Vacation, Status::Suspended, Status::Terminated];
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Active => "active",
            Status::Vacation => "vacation",
            Status::Suspended => "suspended",
            Status::Terminated => "terminated",
        }
    }
}
impl FromStr for Status {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Status, Self::Err> {
        Status::ALL.into_iter().find(|s| s.as_str() == text).ok_or("not a vendor's status")
    }
}

impl Slug {
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Of a name; of what tells it apart where the name has no such letters.
    pub fn of(name: &str, id: VendorId) -> Slug {
        let mut slug = String::new();
        for c in name.chars().map(|c| c.to_ascii_lowercase()) {
            match c.is_ascii_alphanumeric() {
                true => slug.push(c),
                false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                false => {}
            }
        }
        slug.truncate(60);
        slug.trim_end_matches('-').parse().unwrap_or_else(|_| Slug(id.to_string().replace('_', "-")))
    }
}
impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl FromStr for Slug {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Slug, Self::Err> {
        let letters = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let good = letters && (3..=60).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-');
        if good { Ok(Slug(text.into())) } else { Err("3 to 60 small letters, digits and hyphens, no hyphen at an end") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(7);

    fn vendor(status: Status) -> Vendor {
        let id = VendorId::from_uuid(uuid::Uuid::from_u128(7));
        let tax = TaxData { country: "DE".into(), tax_id: None, exempt: false };
        let profile =
            Profile { name: "Lampen Anna".into(), slug: Slug::of("Lampen Anna", id), bio: String::new(), tax };
        Vendor { status, ..Vendor::apply(NewVendor { id, owner: None, profile, plan: Plan::flat(1000) }) }
    }

    #[test]
    fn every_move_is_legal_from_where_it_should_be_and_from_nowhere_else() {
        use Status::{Active, Pending, Suspended, Terminated, Vacation};
        let why = || "fakes".to_string();
        let moves: [(Move, &[Status], Status); 6] = [
            (Move::Approve, &[Pending], Active),
            (Move::Leave, &[Active], Vacation),
            (Move::Return, &[Vacation], Active),
            (Move::Suspend(why()), &[Active, Vacation], Suspended),
            (Move::Reinstate, &[Suspended], Active),
            (Move::Terminate(why()), &[Pending, Active, Vacation, Suspended], Terminated),
        ];
        for (step, legal, to) in moves {
            for from in Status::ALL {
                let mut vendor = vendor(from);
                let moved = vendor.step(step.clone(), NOW);
                match legal.contains(&from) {
                    true => assert_eq!((moved.map(|e| e.len()), vendor.status, vendor.version), (Ok(1), to, 2)),
                    false => assert_eq!((moved, vendor.status, vendor.version), (Err(IllegalMove(from)), from, 1)),
                }
            }
        }
    }

    #[test]
    fn a_reason_goes_with_the_suspension() {
        let mut vendor = vendor(Status::Active);
        vendor.step(Move::Suspend("fakes".into()), NOW).unwrap();
        assert_eq!(vendor.reason.as_deref(), Some("fakes"));
        vendor.step(Move::Reinstate, NOW).unwrap();
        assert_eq!(vendor.reason, None);
    }

    #[test]
    fn a_slug_is_made_of_the_name_if_it_can_be() {
        let id = VendorId::from_uuid(uuid::Uuid::from_u128(7));
        assert_eq!(Slug::of("  Lampen & Söhne! ", id).as_str(), "lampen-s-hne");
        assert_eq!(Slug::of("灯", id).as_str(), "ven-00000000000000000000000007");
        assert!(["ab", "-abc", "abc-", "Abc", "a b c", "äbc"].iter().all(|wrong| wrong.parse::<Slug>().is_err()));
    }
}
