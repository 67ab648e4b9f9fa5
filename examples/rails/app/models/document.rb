class Document < ApplicationRecord
  has_one_attached :file

  validates :title, presence: true
  validate { errors.add(:file, "is missing") unless file.attached? }

  delegate :blob, to: :file

  def thumbnail
    Thumbnail.new(blob)
  end
end
