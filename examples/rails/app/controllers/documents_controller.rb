class DocumentsController < ApplicationController
  def new
    @document = Document.new
  end

  def create
    @document = Document.new(params.require(:document).permit(:title, :file))
    @document.save ? redirect_to(@document) : render(:new, status: :unprocessable_entity)
  end

  def show
    @document = Document.find(params[:id])
  end
end
